internal import Services

/// A command of a multiplex client.
struct MultiplexCommand: Equatable, Sendable {
  /// What it asks for.
  enum Operation: Equatable, Sendable {
    /// Open these streams, each from a point if one is named for it.
    case subscribe([String], since: [String: ResumePoint])
    /// Close these streams.
    case unsubscribe([String])
    /// Name all open streams.
    case list
    /// Say that the gateway is there.
    case ping
  }

  /// What the client calls it, as it stands in the JSON: a number keeps its digits, a string its escapes.
  let id: [UInt8]?
  let operation: Operation
}

extension MultiplexCommand {
  /// The operations with a sentence each, for `/ws-catalog`.
  static let catalog = [
    ("subscribe", "opens the streams in args, each from its point in since, where it has one"),
    ("unsubscribe", "closes the streams in args"),
    ("list", "names the open streams, each with the point that was reached"),
    ("ping", "answered by pong"),
  ]

  /// Messages a client may send, for `/ws-catalog`.
  static let examples = [
    #"{"op":"subscribe","id":1,"args":["all/liquidations?min_value_usd=50000","all/large_trades"]}"#,
    #"{"op":"list","id":2}"#,
  ]
}

/// A text message that a multiplex client may send.
enum MultiplexMessage: Equatable, Sendable {
  /// `{"op":..}`
  case command(MultiplexCommand)
  /// `{"exchange":..,"symbols":[..]}`
  case quotes(QuoteRequest)
}

/// Why a message was not obeyed at all.
struct MultiplexFault: Error, Equatable {
  /// The message's id, where it could be read.
  let id: [UInt8]?
  let error: APIError
}
