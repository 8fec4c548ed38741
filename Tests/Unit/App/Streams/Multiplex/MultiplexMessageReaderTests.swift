import Services
import Testing
import Wire

@testable import App

@Suite struct MultiplexMessageReaderTests {
  private func read(
    _ text: String, _ limits: MultiplexLimits = MultiplexLimits()
  ) -> Result<MultiplexMessage, MultiplexFault> {
    var text = text
    return text.withUTF8 { bytes in
      do throws(MultiplexFault) {
        return .success(try MultiplexMessageReader.read(UnsafeRawBufferPointer(bytes), limits: limits))
      } catch {
        return .failure(error)
      }
    }
  }

  private func command(
    _ operation: MultiplexCommand.Operation, id: String? = nil
  ) -> Result<MultiplexMessage, MultiplexFault> {
    .success(.command(MultiplexCommand(id: id.map { Array($0.utf8) }, operation: operation)))
  }

  private func fault(_ text: String, _ limits: MultiplexLimits = MultiplexLimits()) -> MultiplexFault? {
    if case .failure(let fault) = read(text, limits) { fault } else { nil }
  }

  @Test func theFourOperationsAreRead() {
    #expect(read(#"{"op":"subscribe","args":["a","b?c=1"]}"#) == command(.subscribe(["a", "b?c=1"], since: [:])))
    #expect(read(#"{"op":"unsubscribe","args":["a"]}"#) == command(.unsubscribe(["a"])))
    #expect(read(#"{"op":"list"}"#) == command(.list))
    #expect(read(#" { "op" : "ping" } "#) == command(.ping))
  }

  @Test(arguments: ["1", "-0", "1.50", "1e400", "12345678901234567890123", "\"a\\u0062\\\"\"", "\"\"", "true", "null"])
  func anIDIsKeptAsItStands(id: String) {
    #expect(read(#"{"id":\#(id),"op":"ping"}"#) == command(.ping, id: id))
    #expect(read(#"{"op":"ping","id": \#(id) }"#) == command(.ping, id: id))
  }

  @Test func pointsAreReadForTheirStreams() {
    let text =
      #"{"op":"subscribe","since":{"a":{"epoch":7,"seq":9007199254740991,"x":[]},"é":{"seq":0,"epoch":0}},"args":["a"]}"#
    #expect(
      read(text)
        == command(
          .subscribe(
            ["a"],
            since: [
              "a": ResumePoint(epoch: 7, sequence: 9_007_199_254_740_991), "é": ResumePoint(epoch: 0, sequence: 0),
            ])))
    #expect(read(#"{"op":"subscribe","args":["a"],"since":null}"#) == command(.subscribe(["a"], since: [:])))
  }

  @Test func whatHasNoNameHereIsPassedOver() {
    #expect(read(#"{"x":{"op":"list"},"op":"ping","y":[1,{}]}"#) == command(.ping))
  }

  @Test(arguments: ["", "{", "[]", "nonsense", "7", #"{"op":"ping"} x"#, #"{"op":"ping",}"#, #"{"op":}"#])
  func whatIsNoObjectIsABadRequestWithoutID(text: String) {
    #expect(fault(text)?.error.code == .badRequest)
    #expect(fault(text)?.id == nil)
  }

  @Test(arguments: [
    #"{"op":5,"id":1}"#, #"{"id":1}"#, #"{"op":"subscribe","id":1}"#, #"{"op":"subscribe","args":[],"id":1}"#,
    #"{"op":"subscribe","args":"a","id":1}"#, #"{"op":"subscribe","args":["a",5],"id":1}"#,
    #"{"op":"subscribe","args":null,"id":1}"#, #"{"op":"unsubscribe","args":{},"id":1}"#,
    #"{"op":"subscribe","args":["a"],"since":[],"id":1}"#, #"{"op":"subscribe","args":["a"],"since":{"a":5},"id":1}"#,
    #"{"op":"subscribe","args":["a"],"since":{"a":{"epoch":1}},"id":1}"#,
    #"{"op":"subscribe","args":["a"],"since":{"a":{"epoch":1,"seq":-1}},"id":1}"#,
    #"{"op":"subscribe","args":["a"],"since":{"a":{"epoch":"1","seq":1}},"id":1}"#,
    #"{"op":"subscribe","args":["a"],"since":{"a":{"epoch":1,"seq":1.5}},"id":1}"#,
    #"{"op":"subscribe","args":["a"],"since":{"a":{"epoch":1,"seq":9007199254740992}},"id":1}"#,
    #"{"symbols":["A"],"id":1}"#, #"{"exchange":"toy","id":1}"#, #"{"exchange":"toy","symbols":[],"id":1}"#,
    #"{"exchange":7,"symbols":["A"],"id":1}"#, #"{"exchange":"toy","symbols":["A"],"limit":"5","id":1}"#,
  ])
  func wrongTypesAreToldWithTheID(text: String) {
    #expect(fault(text)?.error.code == .badRequest)
    #expect(fault(text)?.id == Array("1".utf8))
  }

  @Test func anUnknownOperationNamesThoseThatAre() {
    let fault = fault(#"{"op":"login","id":"x"}"#)
    #expect(fault?.error.code == .unknownOperation)
    #expect(fault?.error.detail == "op 'login' is not known; available: subscribe, unsubscribe, list, ping")
    #expect(fault?.id == Array(#""x""#.utf8))
  }

  @Test func aContainerIsNoID() {
    #expect(fault(#"{"op":"ping","id":[1]}"#)?.error.code == .badRequest)
    #expect(fault(#"{"op":"ping","id":{}}"#)?.id == nil)
  }

  @Test func theLimitsAreReached() {
    var limits = MultiplexLimits()
    (limits.arguments, limits.idBytes) = (2, 5)
    #expect(
      read(#"{"op":"unsubscribe","args":["a","b"],"id":"abc"}"#, limits)
        == command(.unsubscribe(["a", "b"]), id: #""abc""#))
    #expect(fault(#"{"op":"unsubscribe","args":["a","b","c"]}"#, limits)?.error.code == .invalidParameter)
    #expect(fault(#"{"op":"unsubscribe","args":["a","b","c","d","e"],"id":1}"#, limits)?.id == [UInt8(ascii: "1")])
    #expect(fault(#"{"op":"ping","id":"abcd"}"#, limits)?.error.code == .badRequest)
    let points = (0..<3).map { #""\#($0)":{"epoch":1,"seq":1}"# }.joined(separator: ",")
    #expect(fault(#"{"op":"subscribe","args":["a"],"since":{\#(points)}}"#, limits)?.error.code == .badRequest)
    #expect(fault(#"{"exchange":"toy","symbols":["A","B","C"]}"#, limits)?.error.code == .invalidParameter)
  }

  /// What a client sends is anything: cut anywhere, it is refused and nothing else.
  @Test func noPartOfACommandIsTakenForOne() {
    let text = #"{"op":"subscribe","id":1,"args":["a"],"since":{"a":{"epoch":1,"seq":2}}}"#
    let taken = (0..<text.utf8.count).filter { fault(String(text.prefix($0))) == nil }
    #expect(taken.isEmpty)
  }
}
