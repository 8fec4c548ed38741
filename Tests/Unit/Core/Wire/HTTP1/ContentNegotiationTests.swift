import Testing

@testable import Wire

@Suite struct ContentNegotiationTests {
  private static let text = GzipTests.text
  /// As in `EntityTagTests`.
  private static let tag = "52wDbCCFgw2pvvUSjvZE"

  private func answer(
    body: HTTPResponse.Body = .bytes(text), type: String = "application/json", status: HTTPStatus = .ok,
    method: HTTPMethod = .get, response: [(String, String)] = [], _ fields: (String, String)...
  ) throws -> HTTPResponse {
    try negotiation(body: body, type: type, status: status, method: method, response: response, fields).result()
  }

  private func negotiation(
    body: HTTPResponse.Body = .bytes(text), type: String = "application/json", status: HTTPStatus = .ok,
    method: HTTPMethod = .get, response: [(String, String)] = [], _ fields: [(String, String)]
  ) throws -> ContentNegotiation {
    let request = try #require(HTTPRequest(method, "/", headers: HTTPHeaders(fields)))
    let headers = HTTPHeaders([("Content-Type", type)] + response)
    return ContentNegotiation(HTTPResponse(status, headers: headers, body: body), for: request)
  }

  private func bytes(_ response: HTTPResponse) -> [UInt8]? {
    switch response.body {
    case .bytes(let bytes): bytes
    case .shared(let bytes): bytes.array
    case .representation(let representation): representation.plain.array
    case .none, .chunks: nil
    }
  }

  @Test(arguments: ["body", "shared", "representation"]) func whoAsksForGzipGetsIt(kind: String) throws {
    let body: HTTPResponse.Body =
      switch kind {
      case "body": .bytes(Self.text)
      case "shared": .shared(SharedBytes(Self.text))
      default: .representation(HTTPRepresentation(Self.text))
      }
    let plain = try answer(body: body)
    #expect(bytes(plain) == Self.text)
    #expect(plain.headers["Content-Encoding"] == nil)
    #expect(plain.headers["Vary"] == "Accept-Encoding")
    #expect(plain.headers["ETag"] == "\"\(Self.tag)\"")
    let small = try answer(body: body, ("Accept-Encoding", "gzip"))
    #expect(GzipTests.inflated(try #require(bytes(small))) == Self.text)
    #expect(small.headers["Content-Encoding"] == "gzip")
    #expect(small.headers["Vary"] == "Accept-Encoding")
    #expect(small.headers["ETag"] == "\"\(Self.tag)-gzip\"")
    #expect(small.headers["Content-Type"] == "application/json")
  }

  /// What is kept is sent many times; the rest of what is no JSON would cost a digest each time.
  @Test func aPageThatIsKeptHasATagAndOtherTextHasNone() throws {
    let kept = try answer(body: .representation(HTTPRepresentation(Self.text)), type: "text/html; charset=utf-8")
    #expect(kept.headers["ETag"] == "\"\(Self.tag)\"")
    #expect(try answer(type: "text/plain").headers["ETag"] == nil)
  }

  @Test func theLikedFormGoesAndTheSmallerOneWhereBothAreLiked() throws {
    #expect(try answer(("Accept-Encoding", "gzip;q=0.5, identity;q=0.9")).headers["Content-Encoding"] == nil)
    #expect(try answer(("Accept-Encoding", "gzip;q=0.5, identity;q=0.5")).headers["Content-Encoding"] == "gzip")
    #expect(try answer(("Accept-Encoding", "gzip;q=0.001")).headers["Content-Encoding"] == "gzip")
    #expect(try answer(("Accept-Encoding", "deflate, br")).headers["Content-Encoding"] == nil)
  }

  @Test func littleIsNotCompressedUnlessNothingElseIsAccepted() throws {
    let least = [UInt8](repeating: 0x20, count: ContentNegotiation.minGzipBytes)
    #expect(try answer(body: .bytes(least), ("Accept-Encoding", "gzip")).headers["Content-Encoding"] == "gzip")
    let less = HTTPResponse.Body.bytes(Array(least.dropLast()))
    #expect(try answer(body: less, ("Accept-Encoding", "gzip")).headers["Content-Encoding"] == nil)
    #expect(try answer(body: less, ("Accept-Encoding", "gzip")).headers["Vary"] == "Accept-Encoding")
    let only = try answer(body: less, ("Accept-Encoding", "gzip, identity;q=0"))
    #expect(only.headers["Content-Encoding"] == "gzip")
    #expect(GzipTests.inflated(try #require(bytes(only))) == Array(least.dropLast()))
  }

  @Test func whoAcceptsNoFormIsRefused() throws {
    #expect(try !negotiation([("Accept-Encoding", "br, identity;q=0")]).isAcceptable)
    #expect(try !negotiation([("Accept-Encoding", "*;q=0")]).isAcceptable)
    #expect(try negotiation([("Accept-Encoding", "*;q=0, gzip")]).isAcceptable)
    #expect(try negotiation([("Accept-Encoding", "br")]).isAcceptable)
    #expect(try negotiation(status: .notFound, [("Accept-Encoding", "*;q=0")]).isAcceptable)
    let endless = [UInt8](repeating: 0, count: Gzip.maxBytes + 1)
    #expect(try !negotiation(body: .bytes(endless), [("Accept-Encoding", "gzip, identity;q=0")]).isAcceptable)
    #expect(try answer(body: .bytes(endless), ("Accept-Encoding", "gzip")).headers["Content-Encoding"] == nil)
  }

  @Test func whoHasTheFormIsToldSo() throws {
    for value in ["\"\(Self.tag)\"", "W/\"\(Self.tag)\"", "\"x\", \"\(Self.tag)\"", "*"] {
      for method in [HTTPMethod.get, .head] {
        let same = try answer(method: method, response: [("X-Coverage", "truncated")], ("If-None-Match", value))
        #expect(same.status == .notModified)
        #expect(bytes(same) == nil)
        #expect(same.headers["ETag"] == "\"\(Self.tag)\"")
        #expect(same.headers["Vary"] == "Accept-Encoding")
        #expect(same.headers["Content-Type"] == nil)
        #expect(same.headers["X-Coverage"] == "truncated")
      }
    }
    #expect(try answer(("If-None-Match", "\"other\"")).status == .ok)
    #expect(try answer(("If-None-Match", "nonsense")).status == .ok)
  }

  @Test func eachFormHasATagOfItsOwn() throws {
    let gzip = ("Accept-Encoding", "gzip")
    #expect(try answer(gzip, ("If-None-Match", "\"\(Self.tag)-gzip\"")).status == .notModified)
    #expect(try answer(gzip, ("If-None-Match", "\"\(Self.tag)-gzip\"")).headers["ETag"] == "\"\(Self.tag)-gzip\"")
    #expect(try answer(gzip, ("If-None-Match", "\"\(Self.tag)\"")).status == .ok)
    #expect(try answer(("If-None-Match", "\"\(Self.tag)-gzip\"")).status == .ok)
  }

  @Test func aRepresentationThatTheClientHasIsNotCompressedForIt() throws {
    let representation = HTTPRepresentation(Self.text)
    let same = try answer(
      body: .representation(representation), ("Accept-Encoding", "gzip"), ("If-None-Match", "\"\(Self.tag)-gzip\""))
    #expect(same.status == .notModified)
    #expect(!representation.isCompressed)
  }

  @Test func textHasNoTagAndOtherThingsNoForm() throws {
    let text = try answer(type: "text/plain; version=0.0.4", ("Accept-Encoding", "gzip"), ("If-None-Match", "*"))
    #expect(text.status == .ok)
    #expect(text.headers["ETag"] == nil)
    #expect(text.headers["Content-Encoding"] == "gzip")
    for answer in [
      try answer(type: "image/png", ("Accept-Encoding", "gzip")),
      try answer(status: .notFound, ("Accept-Encoding", "gzip")),
      try answer(method: .post, ("Accept-Encoding", "gzip")),
      try answer(body: .none, ("Accept-Encoding", "gzip")),
      try answer(body: .chunks([SharedBytes(Self.text)]), ("Accept-Encoding", "gzip")),
    ] {
      #expect(answer.headers["Content-Encoding"] == nil)
      #expect(answer.headers["ETag"] == nil)
      #expect(answer.headers["Vary"] == nil)
    }
    let own = try answer(response: [("Content-Encoding", "br")], ("Accept-Encoding", "gzip"))
    #expect(own.headers["Content-Encoding"] == "br")
  }

  @Test func whatMayNotBeStoredHasNoTag() throws {
    let stored = try answer(response: [("Cache-Control", "private, no-store")], ("If-None-Match", "*"))
    #expect(stored.status == .ok)
    #expect(stored.headers["ETag"] == nil)
    let own = try answer(response: [("ETag", "\"mine\"")])
    #expect(own.headers.values("ETag") == ["\"mine\""])
  }

  @Test func whatTakesLongIsSaidBefore() throws {
    let gzip = [("Accept-Encoding", "gzip")]
    let large = [UInt8](repeating: 0x20, count: ContentNegotiation.quickGzipBytes + 1)
    #expect(try negotiation(body: .bytes(Array(large.dropLast())), gzip).isQuick)
    #expect(try !negotiation(body: .bytes(large), gzip).isQuick)
    #expect(try negotiation(body: .bytes(large), []).isQuick)
    let huge = [UInt8](repeating: 0x20, count: ContentNegotiation.quickTagBytes + 1)
    #expect(try !negotiation(body: .bytes(huge), []).isQuick)
    let representation = HTTPRepresentation(huge)
    #expect(try negotiation(body: .representation(representation), []).isQuick)
    #expect(try !negotiation(body: .representation(representation), gzip).isQuick)
    _ = representation.gzip
    #expect(try negotiation(body: .representation(representation), gzip).isQuick)
    #expect(try negotiation(body: .bytes(huge), status: .notFound, gzip).isQuick)
  }

  /// RFC 9110 §13.1.1: strong comparison, a list, `*`; what is no list of tags counts as absent.
  @Test(arguments: [
    ("\"\(tag)\"", true), ("\"\(tag)-gzip\"", true), ("*", true), ("\"a\", \"\(tag)\"", true), ("nonsense", true),
    ("\"something-else\"", false), ("W/\"\(tag)\"", false),
  ]) func anAnswerIsGivenOnlyIfItIsTheOneWanted(field: String, isMet: Bool) throws {
    #expect(try negotiation([("If-Match", field)]).meetsPrecondition == isMet)
  }

  @Test func whatHasNoTagIsNoneOfThoseWanted() throws {
    #expect(try negotiation(type: "text/plain", [("If-Match", "\"a\"")]).meetsPrecondition == false)
    #expect(try negotiation(type: "text/plain", [("If-Match", "*")]).meetsPrecondition)
    #expect(try negotiation(status: .notFound, [("If-Match", "\"a\"")]).meetsPrecondition)
  }
}
