import Testing
import Wire

/// One stream of bytes, and what a server must make of it: the requests it may hand on, written as method, path and content,
/// and the status it ends with when it refuses the rest.
struct HTTPCase: Sendable, CustomTestStringConvertible {
  let law: String
  let bytes: [UInt8]
  let requests: [String]
  let refusal: Int?

  var testDescription: String { law }

  /// Streams up to this length are cut at every byte, longer ones at a hundred places.
  private static let shortBytes = 600

  var cutEvery: Int { bytes.count <= HTTPCase.shortBytes ? 1 : max(1, bytes.count / 100) }

  private init(_ law: String, _ bytes: [UInt8], _ requests: [String], _ refusal: Int?) {
    self.law = law
    self.bytes = bytes
    self.requests = requests
    self.refusal = refusal
  }

  /// A stream that is refused at its first request. What stands behind it would be answered by a server that frames it
  /// differently.
  static func refused(_ status: Int, _ law: String, _ text: String) -> HTTPCase {
    refusedBytes(status, law, Array(text.utf8))
  }

  static func refusedBytes(_ status: Int, _ law: String, _ bytes: [UInt8]) -> HTTPCase {
    HTTPCase(law, bytes + Array(smuggled.utf8), [], status)
  }

  /// A stream that is understood to its end.
  static func read(_ requests: [String], _ law: String, _ texts: String...) -> HTTPCase {
    HTTPCase(law, Array(texts.joined().utf8), requests, nil)
  }

  /// A stream of good requests with a bad one behind them.
  static func read(_ requests: [String], thenRefused status: Int, _ law: String, _ texts: String...) -> HTTPCase {
    HTTPCase(law, Array((texts.joined() + smuggled).utf8), requests, status)
  }

  private static let smuggled = "\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
}

/// What is sent to servers to make two of them see different requests in the same bytes, or to hurt one. The statuses are
/// those of RFC 9110, RFC 9112 and RFC 6585; 400 where a hardened server does not guess (RFC 9112 §11.2).
enum HTTPCorpus {
  static let all: [HTTPCase] = [
    framing, oddSizes, chunks, oddTrailers, trailers, lines, fields, hosts, requestLines, limits, streams,
  ].flatMap(\.self)

  private static func post(_ fields: String, _ body: String = "hello") -> String {
    "POST /echo HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\(body)"
  }

  private static func get(_ fields: String) -> String { "GET /a HTTP/1.1\r\nHost: a\r\n\(fields)\r\n" }

  private static func chunked(_ body: String) -> String { post("Transfer-Encoding: chunked\r\n", body) }

  private static let empty = "0\r\n\r\n"

  private static func many(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }

  // MARK: RFC 9112 §6

  private static let framing: [HTTPCase] = [
    .refused(400, "both framings", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", empty)),
    .refused(
      400, "both framings, the other way round", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", empty)),
    .refused(400, "two equal lengths", post("Content-Length: 5\r\nContent-Length: 5\r\n")),
    .refused(400, "two lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n")),
    .refused(400, "a list of lengths", post("Content-Length: 5, 5\r\n")),
    .refused(400, "a length with a sign", post("Content-Length: +5\r\n")),
    .refused(400, "a negative length", post("Content-Length: -1\r\n")),
    .refused(400, "a hexadecimal length", post("Content-Length: 0x5\r\n")),
    .refused(400, "an empty length", post("Content-Length:\r\n")),
    .refused(400, "a length with a blank in it", post("Content-Length: 5 5\r\n")),
    .refused(413, "a length beyond every type", post("Content-Length: 99999999999999999999999\r\n")),
    .refused(413, "a gibibyte", post("Content-Length: 1073741824\r\n")),
    .refused(
      413, "a gibibyte that waits to be invited", post("Content-Length: 1073741824\r\nExpect: 100-continue\r\n", "")),
    .refused(400, "chunked twice", post("Transfer-Encoding: chunked, chunked\r\n", empty)),
    .refused(400, "chunked in two lines", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", empty)),
    .refused(400, "chunked before another coding", post("Transfer-Encoding: chunked, gzip\r\n", empty)),
    .refused(501, "another coding", post("Transfer-Encoding: gzip\r\n", empty)),
    .refused(501, "identity", post("Transfer-Encoding: identity\r\n", empty)),
    .refused(501, "a coding like chunked", post("Transfer-Encoding: xchunked\r\n", empty)),
    .refused(400, "an empty coding", post("Transfer-Encoding:\r\n", empty)),
    .refused(400, "chunked behind a vertical tab", post("Transfer-Encoding: \u{B}chunked\r\n", empty)),
    .refused(400, "a blank before the colon", post("Transfer-Encoding : chunked\r\n", empty)),
    .refused(400, "a tab before the colon", post("Transfer-Encoding\t: chunked\r\n", empty)),
    .refused(400, "a folded coding", post("Transfer-Encoding:\r\n chunked\r\n", empty)),
    .refused(400, "a coding in HTTP/1.0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n\(empty)"),
    .refused(417, "an unknown expectation", post("Content-Length: 5\r\nExpect: 200-ok\r\n")),
  ]

  // MARK: RFC 9112 §7.1

  private static let oddSizes: [HTTPCase] =
    ["0x5", "-5", "+5", " 5", "5 ", "5\t", "g", "", "00000000000000005", "5h", ";a=b", "5 a=b", "5;a=\0", "5\0", "5_0"]
    .map { .refused(400, "chunk size \($0.debugDescription)", chunked("\($0)\r\nhello\r\n\(empty)")) }

  private static let chunks: [HTTPCase] = [
    .refused(413, "a chunk beyond every type", chunked("FFFFFFFFFFFFFFFF\r\nhello\r\n\(empty)")),
    .refused(413, "a chunk beyond the limit", chunked("10001\r\nhello\r\n\(empty)")),
    .refused(400, "a chunk size that ends in LF", chunked("5\nhello\r\n\(empty)")),
    .refused(400, "a chunk size that ends in CR", chunked("5\rhello\r\n\(empty)")),
    .refused(400, "a bare LF in an extension", chunked("5;a\nb\r\nhello\r\n\(empty)")),
    .refused(400, "a bare CR in an extension", chunked("5;a\rb\r\nhello\r\n\(empty)")),
    .refused(
      400, "an endless extension", chunked("5;\(many(5000, "a"))\r\nhello\r\n\(empty)")),
    .refused(
      400, "many small extensions", chunked("\(many(600, "1;aaaaaaaa\r\nx\r\n"))\(empty)")),
    .refused(400, "data without its CRLF", chunked("5\r\nhelloXX\(empty)")),
    .refused(400, "data longer than its size", chunked("5\r\nhello!\r\n\(empty)")),
    .refused(400, "data that ends in LF", chunked("5\r\nhello\n\(empty)")),
    .refused(400, "data that ends in CR", chunked("5\r\nhello\r\(empty)")),
  ]

  private static let oddTrailers: [HTTPCase] =
    ["broken", "X : y", "X: a\0", " X: y", "GET / HTTP/1.1", "X: a\rb", "X: a\nb"]
    .map { .refused(400, "trailer \($0.debugDescription)", chunked("0\r\n\($0)\r\n\r\n")) }

  private static let trailers: [HTTPCase] = [
    .refused(431, "too many trailers", chunked("0\r\n\(many(101, "X: y\r\n"))\r\n")),
    .refused(431, "an endless trailer", chunked("0\r\nX: \(many(16_400, "a"))\r\n\r\n")),
    .read(
      ["POST /echo hello", "GET /a"], "trailers that would frame change nothing",
      chunked("5\r\nhello\r\n0\r\nContent-Length: 100\r\nTransfer-Encoding: gzip\r\nHost: evil\r\n\r\n"), get("")),
  ]

  // MARK: RFC 9112 §2.2, §5

  private static let lines: [HTTPCase] = [
    .refused(400, "lines that end in LF", "GET /a HTTP/1.1\nHost: a\n\n"),
    .refused(400, "a request line that ends in LF", "GET /a HTTP/1.1\nHost: a\r\n\r\n"),
    .refused(400, "a field that ends in LF", "GET /a HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
    .refused(400, "a head that ends in LF", "GET /a HTTP/1.1\r\nHost: a\r\n\n"),
    .refused(400, "lines that end in CR", "GET /a HTTP/1.1\rHost: a\r\r"),
    .refused(400, "a CR in a target", "GET /a\rX: y HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "a CR in a value", get("X: a\rb\r\n")),
    .refused(400, "two CR before the LF", get("X: a\r\r\n")),
    .refused(400, "five empty lines", "\(many(5, "\r\n"))\(get(""))"),
    .read(["GET /a"], "four empty lines", "\(many(4, "\r\n"))\(get(""))"),
  ]

  private static let fields: [HTTPCase] = [
    .refused(400, "a folded line", get("X: a\r\n b\r\n")),
    .refused(400, "a line folded by a tab", get("X: a\r\n\tb\r\n")),
    .refused(400, "a folded first line", "GET /a HTTP/1.1\r\n X: y\r\nHost: a\r\n\r\n"),
    .refused(400, "a blank before the colon of a field", get("X : y\r\n")),
    .refused(400, "a field without a colon", get("X\r\n")),
    .refused(400, "a field without a name", get(": y\r\n")),
    .refused(400, "a NUL in a name", get("X\0: y\r\n")),
    .refused(400, "a NUL in a value", get("X: y\0z\r\n")),
    .refused(400, "a control byte in a value", get("X: y\u{1}\r\n")),
    .refused(400, "DEL in a value", get("X: y\u{7F}\r\n")),
    .refused(400, "a name beyond ASCII", get("Ü: y\r\n")),
    .read(["GET /a"], "text beyond ASCII in a value", get("X: ü\r\n")),
  ]

  // MARK: RFC 9112 §3

  private static let hosts: [HTTPCase] = [
    .refused(400, "no Host", "GET /a HTTP/1.1\r\n\r\n"),
    .refused(400, "two Hosts", get("Host: a\r\n")),
    .refused(400, "two different Hosts", get("Host: b\r\n")),
    .refused(400, "a Host with a blank", "GET /a HTTP/1.1\r\nHost: a b\r\n\r\n"),
    .refused(400, "a Host with a user", "GET /a HTTP/1.1\r\nHost: me@a\r\n\r\n"),
    .refused(400, "a Host with a path", "GET /a HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    .refused(400, "an absolute target without Host", "GET http://a/a HTTP/1.1\r\n\r\n"),
    .read(["GET /a"], "an absolute target", "GET http://b/a HTTP/1.1\r\nHost: a\r\n\r\n"),
    .read(["GET /a"], "HTTP/1.0 without Host", "GET /a HTTP/1.0\r\n\r\n"),
  ]

  private static let requestLines: [HTTPCase] = [
    .refused(400, "two blanks", "GET  /a HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "a tab for a blank", "GET\t/a HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "a blank behind the version", "GET /a HTTP/1.1 \r\nHost: a\r\n\r\n"),
    .refused(400, "a blank before the method", " GET /a HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "a blank in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "HTTP/0.9", "GET /a\r\n"),
    .refused(400, "no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "a NUL in the target", "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "a fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "bytes beyond ASCII in the target", "GET /ü HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "a target that is no path", "GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "an asterisk without OPTIONS", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
    .read(["OPTIONS *"], "OPTIONS of the whole server", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "percent without digits in the query", "GET /a?b=%zz HTTP/1.1\r\nHost: a\r\n\r\n"),
    .read(["GET /%2561"], "a path is not decoded by the parser", "GET /%2561 HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(505, "HTTP/2.0", "GET /a HTTP/2.0\r\nHost: a\r\n\r\n"),
    .refused(505, "the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    .refused(400, "a version in lower case", "GET /a http/1.1\r\nHost: a\r\n\r\n"),
    .refused(400, "a version of two digits", "GET /a HTTP/1.10\r\nHost: a\r\n\r\n"),
    .refused(400, "a method that is no token", "G@T /a HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refusedBytes(400, "a TLS handshake", [0x16, 0x03, 0x01, 0x00, 0xC8, 0x01, 0x00, 0x00]),
    .refusedBytes(400, "every byte there is", [UInt8](0...255)),
  ]

  private static let limits: [HTTPCase] = [
    .refused(414, "an endless target", "GET /\(many(9000, "a")) HTTP/1.1\r\nHost: a\r\n\r\n"),
    .refused(414, "an endless method", many(20_000, "A")),
    .refused(431, "an endless value", get("X: \(many(17_000, "a"))\r\n")),
    .refused(431, "an endless name", get(many(17_000, "a"))),
    .refused(431, "too many fields", get(many(100, "X: y\r\n"))),
    .refused(
      431, "many long fields", get(many(20, "X: \(many(1000, "a"))\r\n"))),
  ]

  // MARK: RFC 9112 §9.3

  private static let streams: [HTTPCase] = [
    .read(["GET /a", "GET /a"], "two requests", get(""), get("")),
    .read(
      ["GET /a GET /admin HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a"], "a request in a content is content",
      get("Content-Length: 32\r\n"), "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n", get("")),
    .read(
      ["POST /echo GET /admin HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a"], "a request in a chunk is content",
      chunked("20\r\nGET /admin HTTP/1.1\r\nHost: a\r\n\r\n\r\n\(empty)"), get("")),
    .read(["POST /echo", "GET /a"], "no length is no content", post("", ""), get("")),
    .read(["POST /echo", "GET /a"], "a length of zero", post("Content-Length: 0\r\n", ""), get("")),
    .read(["POST /echo hello", "GET /a"], "chunks", chunked("2\r\nhe\r\n3;x=y\r\nllo\r\n\(empty)"), get("")),
    .read(
      ["POST /echo hello", "GET /a"], "an invitation that is not waited for",
      post("Content-Length: 5\r\nExpect: 100-continue\r\n"), get("")),
    .read(
      ["GET /a", "POST /echo hello"], thenRefused: 400, "a fault behind good requests",
      get(""), post("Content-Length: 5\r\n"), post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", empty)),
    .read(
      ["POST /echo hello"], thenRefused: 400, "a content longer than its length begins no request",
      post("Content-Length: 5\r\n", "hello\u{1}")),
  ]
}
