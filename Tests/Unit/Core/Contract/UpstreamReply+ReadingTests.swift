import Contract
import Model
import Testing
import Wire

@Suite struct UpstreamReplyReadingTests {
  func reply(_ body: String = "", status: Int = 200, retryAfter: String? = nil) -> UpstreamReply {
    UpstreamReply(
      status: status, headers: retryAfter.map { [(name: "retry-after", value: $0)] } ?? [], body: Array(body.utf8),
      askTime: .epoch)
  }

  @Test func theBodyIsReadToItsEnd() throws {
    let number = try reply(" 12 ").read { (reader) throws(JSONError) in try reader.readInt64() }
    #expect(number == 12)
    for body in ["12 x", "", "x", "12,"] {
      #expect {
        try reply(body).read { (reader) throws(JSONError) in try reader.readInt64() }
      } throws: {
        ($0 as? ExchangeError)?.kind == .malformed
      }
    }
  }

  @Test func anErrorNamesTheByte() {
    do {
      _ = try reply(#"{"a":x}"#).value()
      Issue.record("taken")
    } catch {
      #expect(error.reason.hasPrefix("byte 5 of the answer"))
    }
  }

  @Test func rowsAreTheElementsOfAnArray() throws {
    #expect(try reply("[1,2]").rows() == [.number("1"), .number("2")])
    #expect(throws: ExchangeError.self) { try reply("{}").rows() }
  }

  @Test func onlyObjectsAndArraysLookLikeJSON() {
    for body in ["{", "[", " \t\r\n[1]"] { #expect(reply(body).looksLikeJSON) }
    for body in ["", "  ", "<html>", "null", "1", "\u{feff}{}"] { #expect(!reply(body).looksLikeJSON) }
  }

  @Test func aStatusSaysWhoMustAct() {
    func failure(_ status: Int) -> ExchangeError? {
      reply(status: status).failureOfStatus(defaultPauseMilliseconds: 5000)
    }
    for status in [200, 204, 299] { #expect(failure(status) == nil) }
    for status in [403, 451] { #expect(failure(status)?.kind == .blocked) }
    for status in [400, 401, 404, 418, 422] { #expect(failure(status)?.kind == .rejected) }
    for status in [500, 503, 599] { #expect(failure(status)?.kind == .unavailable) }
    for status in [0, 101, 301, 600, -1] { #expect(failure(status)?.kind == .malformed) }
    #expect(failure(408)?.advice == .retry)
    #expect(failure(429)?.advice == .pause(milliseconds: 5000))
  }

  @Test func retryAfterIsWholeSecondsWithinAWeek() {
    #expect(reply(retryAfter: "3").retryAfterMilliseconds == 3000)
    #expect(reply(retryAfter: "9223372036854775807").retryAfterMilliseconds == UpstreamReply.maxPauseMilliseconds)
    for text in ["-1", "1.5", "", "Wed, 21 Oct 2015 07:28:00 GMT", "99999999999999999999"] {
      #expect(reply(retryAfter: text).retryAfterMilliseconds == nil)
    }
    #expect(reply().retryAfterMilliseconds == nil)
  }

  @Test func aPauseLastsASecondToAWeek() {
    let held =
      [(-5, 1000), (0, 1000), (1500, 1500), (Int64.max, UpstreamReply.maxPauseMilliseconds)] as [(Int64, Int64)]
    for (asked, pause) in held {
      #expect(reply(status: 429).limited(pauseMilliseconds: asked).advice == .pause(milliseconds: pause))
    }
  }

  @Test(arguments: [("[]", true), (" {\"a\":1}\n", true), ("1", true), ("", false), ("[1,2", false), ("[1]x", false)])
  func aBodyIsOneWholeJSONValueOrNone(body: String, isJSON: Bool) {
    #expect(UpstreamReply(status: 200, body: Array(body.utf8), askTime: .epoch).isJSON == isJSON)
  }

  @Test(
    arguments: [
      (#"{"data":[1,2]}"#, ["data"], [1, 2]), (#"{"x":[3],"a":{"x":{},"list":[1]},"y":0}"#, ["a", "list"], [1]),
      (#"{"a":{"list":[]}}"#, ["a", "list"], []), ("[7]", [], [7]),
    ] as [(String, [String], [Int64])])
  func rowsAreFoundAtTheEndOfAPath(body: String, path: [String], rows: [Int64]) throws {
    let names: [String: StaticString] = ["data": "data", "a": "a", "list": "list"]
    let found = try reply(body).readRows(at: path.compactMap { names[$0] }) { (reader) throws(JSONError) in
      try reader.readInt64()
    }
    #expect(found == rows)
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"a":null}"#, #"{"a":{}}"#, #"{"a":{"list":{}}}"#, #"{"a":{"list":["x"]}}"#,
    #"{"a":{"list":[1]}"#,
    #"{"list":[1]}"#, #"{"a":{"list":[1]}}x"#,
  ])
  func whereThereAreNoRowsTheAnswerIsMalformed(body: String) {
    #expect {
      try reply(body).readRows(at: ["a", "list"]) { (reader) throws(JSONError) in try reader.readInt64() }
    } throws: {
      ($0 as? ExchangeError)?.kind == .malformed
    }
  }

  @Test(arguments: [
    (#"{"code":0,"msg":"OK"}"#, "0", "OK"), (#"{"code":"51001","msg":"no"}"#, "51001", "no"),
    (#"{"x":{"code":1},"msg":"no","code":-7}"#, "-7", "no"), (#"{"code":5}"#, "5", ""),
    // What follows is not looked at: it is read, and judged, with the data.
    (#"{"code":0,"msg":"OK","data":[broken"#, "0", "OK"),
  ])
  func aVerdictIsACodeAndItsMessage(body: String, code: String, message: String) {
    let verdict = reply(body).verdict(code: "code", message: "msg")
    #expect(verdict?.code == code && verdict?.message == message)
  }

  @Test(arguments: ["", "[]", "{}", "null", #"{"code":null}"#, #"{"code":{}}"#, #"{"msg":"x"}"#, #"{"code":5,"msg":"#])
  func withoutACodeThereIsNoVerdict(body: String) {
    #expect(reply(body).verdict(code: "code", message: "msg") == nil)
  }
}
