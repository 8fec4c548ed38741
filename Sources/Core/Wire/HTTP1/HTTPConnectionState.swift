/// What a server's connection does between messages: read on, answer, close, or leave HTTP (RFC 9112 §9). Pure.
///
/// The shell feeds it what happens and obeys the action it gets back:
/// `received` when the parser gives a request, `answered` when its response has been written, `failed` when the parser
/// gives a failure, `needsMore` when it wants bytes, `peerFinished` at the end of input, `drain` at shutdown.
public struct HTTPConnectionState: Sendable, Equatable {
  /// Where the connection stands.
  public enum Phase: Sendable, Equatable {
    /// The next request may be parsed.
    case reading
    /// A request is with the handler; those behind it wait, so that answers keep the order (RFC 9112 §9.3.2).
    case answering
    /// Another protocol has the connection.
    case upgraded
    /// The last response is out or on its way; nothing is parsed any more.
    case closing
  }

  /// What the shell does next.
  public enum Action: Sendable, Equatable {
    /// Nothing: what is under way goes on.
    case none
    /// Ask the parser for the next request.
    case parse
    /// Wait for bytes.
    case read
    /// Answer with this fault, then close.
    case refuse(HTTPFault)
    /// Close once everything written is out.
    case close
    /// Hand the connection and the parser's remainder to the new protocol.
    case upgrade
  }

  /// Where the connection stands.
  public private(set) var phase = Phase.reading
  private var inputEnded = false
  private var isDraining = false
  /// Of the request being answered.
  private var requestKeepsAlive = true
  private var requestIsHTTP10 = false

  /// The state of a new connection.
  public init() {}

  /// Whether a request that was answered before may be answered the same way again, as if `received` and `answered` had
  /// been called for it: the connection stays open behind it.
  public var mayRepeat: Bool { phase == .reading && !isDraining && !inputEnded }

  /// The parser gave a request; it goes to the handler.
  public mutating func received(_ request: HTTPRequest) {
    guard phase == .reading else { return }
    phase = .answering
    requestKeepsAlive = request.keepsAlive
    requestIsHTTP10 = request.isHTTP10
  }

  /// Whether the connection stays open behind this response, which its head must say: `HTTPSerializer` takes it.
  public func keepsAlive(after response: HTTPResponse) -> Bool {
    guard requestKeepsAlive, !isDraining, phase == .answering else { return false }
    if response.headers.hasToken("close", in: "Connection") { return false }
    // An HTTP/1.0 client knows no chunks: the end of the connection ends the body (RFC 9112 §6.3).
    if requestIsHTTP10, case .chunks = response.body, response.status.allowsContent { return false }
    return true
  }

  /// The response to the request in hand has been written, framed by `keepsAlive(after:)`.
  public mutating func answered(_ response: HTTPResponse) -> Action {
    guard phase == .answering else { return .none }
    if response.status == .switchingProtocols {
      phase = .upgraded
      return .upgrade
    }
    guard keepsAlive(after: response) else {
      phase = .closing
      return .close
    }
    phase = .reading
    return .parse
  }

  /// The client broke the protocol: RFC 9112 §9.6, nothing behind that point is read.
  public mutating func failed(_ fault: HTTPFault) -> Action {
    guard phase == .reading else { return .none }
    phase = .closing
    return .refuse(fault)
  }

  /// The parser has no whole request. After the end of input none will come, and one that has begun is dropped
  /// (RFC 9112 §8).
  public mutating func needsMore() -> Action {
    guard phase == .reading else { return .none }
    guard inputEnded else { return .read }
    phase = .closing
    return .close
  }

  /// The client sends nothing more, but may still read (RFC 9112 §9.6): what it has asked for is answered.
  public mutating func peerFinished() -> Action {
    inputEnded = true
    return phase == .reading ? .parse : .none
  }

  /// The server is going down: an idle connection closes, one with a request in it after the answer.
  public mutating func drain(isBetweenRequests: Bool) -> Action {
    isDraining = true
    guard phase == .reading, isBetweenRequests else { return .none }
    phase = .closing
    return .close
  }
}
