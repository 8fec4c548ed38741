import Net
import Wire

/// What the command line of `conformance-server` asks for.
struct ServerOptions {
  /// What was wrong with a word of the command line.
  struct Fault: Error, Equatable {
    let text: String
  }

  static let usage = """
    usage: conformance-server [--host ADDRESS] [--port N] [--workers N] [--max-message BYTES] [--max-fragments N]
                              [--message-rate N] [--max-body BYTES] [--ping-seconds N] [--no-compression]
                              [--keep-context]
    """

  /// Event loops.
  var workers = 1
  var http = HTTPServerOptions()

  /// An echo for conformance suites: what a client may send is bounded by memory alone.
  init(_ words: [String]) throws(Fault) {
    http.port = 0
    http.webSocket.limits = WebSocketLimits(maxMessageBytes: 16 << 20, maxFragments: 1 << 20)
    var rest = words[...]
    while let word = rest.popFirst() {
      switch word {
      case "--host": http.host = try Self.value(of: word, &rest)
      case "--port": http.port = UInt16(try Self.number(of: word, 0...65_535, &rest))
      case "--workers": workers = try Self.number(of: word, 1...64, &rest)
      case "--max-message": http.webSocket.limits.maxMessageBytes = try Self.number(of: word, 1...(1 << 30), &rest)
      case "--max-fragments": http.webSocket.limits.maxFragments = try Self.number(of: word, 1...(1 << 30), &rest)
      case "--message-rate": http.webSocket.limits.messagesPerSecond = try Self.number(of: word, 1...(1 << 30), &rest)
      case "--max-body": http.limits.bodyBytes = try Self.number(of: word, 0...(1 << 30), &rest)
      case "--ping-seconds":
        http.webSocket.pingMilliseconds = Int64(try Self.number(of: word, 1...86_400, &rest)) * 1000
      case "--no-compression": http.webSocket.compression = nil
      case "--keep-context":
        http.webSocket.compression = WebSocketCompression(serverKeepsContext: true, clientKeepsContext: true)
      default: throw Fault(text: "\(word) is not known")
      }
    }
    // A message that may be received must fit when it is sent back, with others in front of it.
    http.webSocket.outboxBytes = http.webSocket.limits.maxMessageBytes * 4 + 1 << 20
  }

  private static func value(of word: String, _ rest: inout ArraySlice<String>) throws(Fault) -> String {
    guard let value = rest.popFirst() else { throw Fault(text: "\(word) needs a value") }
    return value
  }

  private static func number(
    of word: String, _ range: ClosedRange<Int>, _ rest: inout ArraySlice<String>
  ) throws(Fault) -> Int {
    guard let number = Int(try value(of: word, &rest)), range.contains(number) else {
      throw Fault(text: "\(word) needs a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
