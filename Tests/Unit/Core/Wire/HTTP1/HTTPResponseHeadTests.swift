import Testing
import Wire

@Suite struct HTTPResponseHeadTests {
  @Test func aHeadHasStatusAndFieldsAndLeavesTheRest() throws {
    let (heads, rest) = try heads(of: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nX: y\r\n\r\nframes")
    #expect(
      heads == [
        HTTPResponseHead(status: .switchingProtocols, headers: HTTPHeaders([("Upgrade", "websocket"), ("X", "y")]))
      ])
    #expect(rest == "frames")
  }

  /// RFC 9110 §15.2: a client must be able to parse interim responses before the final one.
  @Test func interimHeadsComeOneByOne() throws {
    let (heads, _) = try heads(of: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n")
    #expect(heads.map(\.status) == [.continue, .ok])
    #expect(heads.map(\.headers.fields.count) == [0, 1])
  }

  @Test(arguments: ["HTTP/1.1 200 ", "HTTP/1.1 200", "HTTP/1.0 200 Fine, café", "HTTP/1.1 200 a\tb"])
  func thePhraseMeansNothing(line: String) throws {
    #expect(try heads(of: line + "\r\n\r\n").heads.map(\.status) == [.ok])
  }

  /// RFC 9112 §5.2: a user agent takes a folded line as spaces.
  @Test func foldedLinesAreJoined() throws {
    let (heads, _) = try heads(of: "HTTP/1.1 200 OK\r\nX: a\r\n \t b\r\n\tc\r\nY: d\r\n\r\n")
    #expect(heads.first?.headers == HTTPHeaders([("X", "a b c"), ("Y", "d")]))
  }

  @Test(arguments: [
    "HTTP/2 200\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
    "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1 099 X\r\n\r\n", "HTTP/1.1 600 X\r\n\r\n", "HTTP/1.1 20x X\r\n\r\n",
    "HTTP/1.1 200 a\0\r\n\r\n", "200 OK\r\n\r\n", "\r\n\r\n", "SSH-2.0-x\r\n", "HTTP/1.1 200 OK\n\n",
    "HTTP/1.1 200 OK\r\nX : y\r\n\r\n", "HTTP/1.1 200 OK\r\n X: y\r\n\r\n", "HTTP/1.1 200 OK\r\nX: a\r\n b\0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nbroken\r\n\r\n",
  ])
  func aBrokenHeadIsAFaultOfTheServer(text: String) {
    let fault = #expect(throws: HTTPFault.self) { try heads(of: text) }
    #expect(fault?.status == .badGateway)
  }

  @Test func aHeadIsBounded() {
    var limits = HTTPLimits()
    limits.requestLineBytes = 20
    limits.headerBytes = 10
    let long = String(repeating: "x", count: 21)
    #expect(throws: HTTPFault.self) { try heads(of: "HTTP/1.1 200 " + long, limits: limits) }
    #expect(throws: HTTPFault.self) { try heads(of: "HTTP/1.1 200 OK\r\nX: " + long, limits: limits) }
    #expect(throws: Never.self) { try heads(of: "HTTP/1.1 200 1234567\r\nX: 12345\r\n\r\n", limits: limits) }
  }

  @Test func aFaultComesAgainAndNothingIsReadBehindIt() {
    var parser = HTTPResponseHeadParser()
    feed(&parser, "broken\r\n")
    #expect(throws: HTTPFault.self) { try parser.next() }
    feed(&parser, "HTTP/1.1 200 OK\r\n\r\n")
    #expect(throws: HTTPFault.self) { try parser.next() }
    #expect(parser.takeRemainder().isEmpty)
  }

  /// Whole and cut at every place, with equal results.
  private func heads(
    of text: String, limits: HTTPLimits = .init()
  ) throws -> (heads: [HTTPResponseHead], rest: String) {
    let bytes = [UInt8](text.utf8)
    let whole = Result { try heads(of: [bytes[...]], limits) }
    var cuts = bytes.indices.map { [bytes[..<$0], bytes[$0...]] }
    cuts.append(bytes.indices.map { bytes[$0...$0] })
    for pieces in cuts {
      switch (whole, Result { try heads(of: pieces, limits) }) {
      case (.success(let left), .success(let right)): #expect(left.heads == right.heads && left.rest == right.rest)
      case (.failure(let left), .failure(let right)): #expect(left as? HTTPFault == right as? HTTPFault)
      default: Issue.record("another result when cut")
      }
    }
    return try whole.get()
  }

  private func heads(
    of pieces: [ArraySlice<UInt8>], _ limits: HTTPLimits
  ) throws -> (heads: [HTTPResponseHead], rest: String) {
    var parser = HTTPResponseHeadParser(limits: limits)
    var heads: [HTTPResponseHead] = []
    for piece in pieces {
      piece.withUnsafeBytes { parser.append($0) }
      // Behind the head of a final response its body begins, which is not the parser's.
      while heads.last.map({ $0.status.code < 200 && $0.status != .switchingProtocols }) != false,
        let head = try parser.next()
      {
        heads.append(head)
      }
    }
    return (heads, String(decoding: parser.takeRemainder(), as: UTF8.self))
  }

  private func feed(_ parser: inout HTTPResponseHeadParser, _ text: String) {
    [UInt8](text.utf8).withUnsafeBytes { parser.append($0) }
  }
}
