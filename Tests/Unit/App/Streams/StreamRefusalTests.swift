import Testing
import Wire

@testable import App

@Suite struct StreamRefusalTests {
  @Test(arguments: [
    (APIError.Code.unknownExchange, UInt16(1008)), (.unknownSymbol, 1008), (.unsupported, 1008), (.notFound, 1008),
    (.invalidParameter, 1008), (.upstreamUnavailable, 1013), (.upstreamLimited, 1013), (.internalFault, 1011),
  ])
  func theCodeSaysWhetherToComeBack(code: APIError.Code, closeCode: UInt16) {
    #expect(StreamRefusal(APIError(code, "why")).code.number == closeCode)
  }

  @Test func theReasonNamesTheFault() {
    #expect(StreamRefusal(APIError(.unknownSymbol, "symbol 'X' is not listed")).reason == "symbol 'X' is not listed")
    let invalid = APIError(invalid: [
      APIError.Parameter(place: .query, name: "interval", type: "enum", message: "one of 1m", input: "7m")
    ])
    #expect(StreamRefusal(invalid).reason == "interval '7m': one of 1m")
  }

  @Test func aFaultOfOursIsNotDescribed() {
    #expect(StreamRefusal(APIError(.internalFault, "secret")).reason == "internal error")
  }
}
