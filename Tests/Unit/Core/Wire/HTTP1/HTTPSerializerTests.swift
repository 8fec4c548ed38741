import Testing
import Wire

@Suite struct HTTPSerializerTests {
  private let date = "Sun, 06 Nov 1994 08:49:37 GMT"

  // MARK: RFC 9112 §4 status line and fields

  @Test func aResponseIsStatusLineFieldsAndContent() {
    let response = HTTPResponse(
      .ok, headers: HTTPHeaders([("Content-Type", "text/plain"), ("X", "é")]), body: .bytes([UInt8]("hi".utf8)))
    #expect(
      text(response)
        == "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX: é\r\nContent-Length: 2\r\nDate: \(date)\r\n\r\nhi")
  }

  @Test(arguments: [2, HTTPSerializer.copiedBodyBytes + 1]) func aRepresentationIsSentAsItsBytes(count: Int) {
    let bytes = [UInt8](repeating: 0x61, count: count)
    let shared = HTTPResponse(.ok, body: .shared(SharedBytes(bytes)))
    #expect(text(HTTPResponse(.ok, body: .representation(HTTPRepresentation(bytes)))) == text(shared))
  }

  @Test func aStatusWithoutPhraseKeepsTheSpace() {
    #expect(text(HTTPResponse(HTTPStatus(299))).hasPrefix("HTTP/1.1 299 \r\n"))
  }

  @Test(arguments: [Int.min, -1, 7, 1000, .max]) func aStatusLineHasThreeDigits(code: Int) {
    #expect(text(HTTPResponse(HTTPStatus(code))).dropFirst(9).prefix(4).allSatisfy { $0.isNumber || $0 == " " })
    #expect(text(HTTPResponse(HTTPStatus(code))).dropFirst(12).first == " ")
  }

  /// RFC 9110 §5.5: what could end the line or hide a part of it is not sent.
  @Test(arguments: [
    ("X", "a\r\nSet-Cookie: b"), ("X", "a\nb"), ("X", "a\rb"), ("X", "a\0b"), ("X", "a\u{7F}b"), ("X\r\nY", "a"),
    ("X:", "a"),
    ("X Y", "a"), ("", "a"),
  ])
  func aFieldThatCouldEndItsLineIsLeftOut(name: String, value: String) {
    let response = HTTPResponse(.ok, headers: HTTPHeaders([("A", "1"), (name, value), ("B", "2")]))
    #expect(text(response) == text(HTTPResponse(.ok, headers: HTTPHeaders([("A", "1"), ("B", "2")]))))
  }

  @Test func theFieldsThatFrameAMessageAreNotTakenFromTheResponse() {
    let headers = HTTPHeaders([
      ("content-length", "99"), ("Transfer-Encoding", "chunked"), ("DATE", "x"), ("Keep-Alive", "timeout=5"),
      ("Connection", "keep-alive"),
    ])
    #expect(text(HTTPResponse(.ok, headers: headers)) == text(HTTPResponse(.ok)))
  }

  // MARK: RFC 9112 §6 framing

  @Test func withoutContentTheLengthIsZero() {
    #expect(text(HTTPResponse(.notFound)).contains("\r\nContent-Length: 0\r\n"))
  }

  @Test(arguments: [100, 101, 204, 304]) func aStatusWithoutContentHasNoFraming(code: Int) {
    for body in [HTTPResponse.Body.none, .bytes([1, 2]), .chunks([SharedBytes([1])])] {
      let text = text(HTTPResponse(HTTPStatus(code), body: body))
      #expect(!text.contains("Content-Length") && !text.contains("Transfer-Encoding"))
      #expect(text.hasSuffix("\r\n\r\n"))
      #expect(text.contains("Date: ") == (code >= 200))
    }
  }

  /// RFC 9110 §15.3.6.
  @Test func status205SaysThatItHasNoContent() {
    let text = text(HTTPResponse(HTTPStatus(205), body: .bytes([1])))
    #expect(text.contains("Content-Length: 0\r\n") && text.hasSuffix("\r\n\r\n"))
  }

  /// RFC 9110 §9.3.2.
  @Test func headHasTheFieldsOfGetAndNoContent() {
    for body in [
      HTTPResponse.Body.none, .bytes([UInt8]("hello".utf8)), .shared(SharedBytes([1, 2])), .chunks([SharedBytes([1])]),
    ] {
      let response = HTTPResponse(.ok, body: body)
      let get = text(response)
      let end = get.firstRange(of: "\r\n\r\n")?.upperBound ?? get.endIndex
      #expect(text(response, to: .head) == String(get[..<end]))
    }
  }

  /// RFC 9110 §9.3.6.
  @Test func asuccessfulConnectHasNoFraming() {
    #expect(!text(HTTPResponse(.ok, body: .bytes([1])), to: .connect).contains("Content-Length"))
    #expect(text(HTTPResponse(.notFound), to: .connect).contains("Content-Length: 0"))
  }

  @Test func sharedContentIsNotCopiedWhenItIsLarge() throws {
    let small = HTTPResponse(.ok, body: .shared(SharedBytes([UInt8](repeating: 1, count: 4096))))
    #expect(pieces(small).count == 1)
    let bytes = SharedBytes([UInt8](repeating: 1, count: 4097))
    let large = pieces(HTTPResponse(.ok, body: .shared(bytes)))
    guard large.count == 2, case .shared(let sent) = large[1] else {
      Issue.record("the content was copied")
      return
    }
    #expect(sent === bytes)
    #expect(pieces(HTTPResponse(.ok, body: .bytes([UInt8](repeating: 1, count: 4096)))).count == 1)
    #expect(pieces(HTTPResponse(.ok, body: .bytes([UInt8](repeating: 1, count: 4097)))).count == 2)
  }

  // MARK: RFC 9112 §7.1 chunked coding

  @Test func chunksAreSentWithTheirSizesAndEmptyOnesAreLeftOut() {
    let chunks = [
      SharedBytes([]), SharedBytes([UInt8]("hello, world, 17!".utf8)), SharedBytes([]), SharedBytes([UInt8]("x".utf8)),
    ]
    let text = text(HTTPResponse(.ok, body: .chunks(chunks)))
    #expect(text.contains("\r\nTransfer-Encoding: chunked\r\n") && !text.contains("Content-Length"))
    #expect(text.hasSuffix("\r\n\r\n11\r\nhello, world, 17!\r\n1\r\nx\r\n0\r\n\r\n"))
  }

  @Test func withoutChunksThereIsOnlyTheLast() {
    #expect(text(HTTPResponse(.ok, body: .chunks([]))).hasSuffix("\r\n\r\n0\r\n\r\n"))
    #expect(
      String(decoding: HTTPSerializer.chunkHead(count: 255) + HTTPSerializer.lastChunk, as: UTF8.self)
        == "ff\r\n0\r\n\r\n")
  }

  /// RFC 9112 §6.1: a server must not send Transfer-Encoding to an HTTP/1.0 client.
  @Test func toHTTP10ChunksAreSentRaw() {
    let response = HTTPResponse(.ok, body: .chunks([SharedBytes([UInt8]("ab".utf8)), SharedBytes([UInt8]("cd".utf8))]))
    let text = text(response, isHTTP10: true, keepAlive: false)
    #expect(!text.contains("Transfer-Encoding") && !text.contains("Content-Length"))
    #expect(text.contains("\r\nConnection: close\r\n"))
    #expect(text.hasSuffix("\r\n\r\nabcd"))
  }

  // MARK: RFC 9112 §9.3, §9.6 connection options

  @Test(arguments: [(true, false, nil), (false, false, "close"), (true, true, "keep-alive"), (false, true, "close")])
  func whatTheVersionDoesNotImplyIsSaid(keepAlive: Bool, isHTTP10: Bool, option: String?) {
    let text = text(HTTPResponse(.ok), isHTTP10: isHTTP10, keepAlive: keepAlive)
    #expect(text.contains("Connection: ") == (option != nil))
    if let option { #expect(text.contains("\r\nConnection: \(option)\r\n")) }
  }

  @Test func theOptionsOfAnUpgradeStay() {
    let headers = HTTPHeaders([("Upgrade", "websocket"), ("Connection", "Upgrade")])
    #expect(
      text(HTTPResponse(.switchingProtocols, headers: headers), keepAlive: false)
        == "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
    let refusal = text(HTTPResponse(.upgradeRequired, headers: headers), keepAlive: false)
    #expect(refusal.contains("\r\nConnection: Upgrade, close\r\n"))
  }

  @Test func theInvitationToSendIsAnInterimResponse() {
    #expect(String(decoding: HTTPSerializer.continueHead, as: UTF8.self) == "HTTP/1.1 100 Continue\r\n\r\n")
  }

  // MARK: RFC 9112 §3 the client's role

  @Test func aRequestHeadIsRequestLineAndFields() {
    let head = HTTPSerializer.requestHead(
      .get, target: "/a?b=c", headers: HTTPHeaders([("Host", "h"), ("X", "a\r\nb")]))
    #expect(String(decoding: head, as: UTF8.self) == "GET /a?b=c HTTP/1.1\r\nHost: h\r\n\r\n")
  }

  @Test func noTextEndsARequestLine() {
    let head = HTTPSerializer.requestHead(HTTPMethod("A B"), target: "/a b\r\n#é\u{7F}", headers: HTTPHeaders())
    #expect(String(decoding: head, as: UTF8.self) == "GET /a%20b%0D%0A%23%C3%A9%7F HTTP/1.1\r\n\r\n")
  }

  private func pieces(_ response: HTTPResponse) -> [HTTPSerializer.Piece] {
    HTTPSerializer.pieces(response, to: .get, isHTTP10: false, keepAlive: true, date: date)
  }

  private func text(
    _ response: HTTPResponse, to method: HTTPMethod = .get, isHTTP10: Bool = false, keepAlive: Bool = true
  ) -> String {
    let pieces = HTTPSerializer.pieces(response, to: method, isHTTP10: isHTTP10, keepAlive: keepAlive, date: date)
    let bytes = pieces.flatMap {
      switch $0 {
      case .bytes(let bytes): bytes
      case .shared(let bytes): bytes.array
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
