import Testing

@testable import App

@Suite struct ErrorEncodingTests {
  @Test func refusedParametersAreAListWithPlaceAndInput() {
    let error = APIError(invalid: [
      APIError.Parameter(place: .query, name: "limit", type: "int_parsing", message: "no \"number\"", input: "a\nb"),
      APIError.Parameter(place: .path, name: "interval", type: "enum", message: "one of 1m", input: "7m"),
    ])
    #expect(
      String(decoding: ErrorEncoding.body(of: error), as: UTF8.self) == """
        {"detail":[{"type":"int_parsing","loc":["query","limit"],"msg":"no \\"number\\"","input":"a\\nb"},\
        {"type":"enum","loc":["path","interval"],"msg":"one of 1m","input":"7m"}],\
        "code":"invalid_parameter","retryable":false}
        """)
  }
}
