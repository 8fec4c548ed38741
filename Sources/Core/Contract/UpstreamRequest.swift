public import Model

/// One REST request, as the exchange documents it; the address before the path comes from the configuration.
public struct UpstreamRequest: Sendable, Hashable {
  /// `GET`, or `POST` with a JSON body.
  public enum Method: Sendable, Hashable {
    /// A query in the address.
    case get
    /// A JSON body.
    case post(body: String)
  }

  /// How it is asked.
  public var method: Method
  /// The documented path, starting with `/`, percent-encoded, with its query.
  public var target: String
  /// What it costs in the exchange's budget.
  public var weight: Int

  /// A request of the given properties.
  public init(_ method: Method = .get, target: String, weight: Int) {
    self.method = method
    self.target = target
    self.weight = weight
  }
}

/// The answer to a request, as it came.
public struct UpstreamReply: Sendable {
  /// The HTTP status.
  public var status: Int
  /// Header fields, names in lower case.
  public var headers: [(name: String, value: String)]
  /// The body, decompressed.
  public var body: [UInt8]
  /// When the request was sent: nothing in the answer is younger, so what was over by then is over.
  public var askTime: Timestamp

  /// A reply of the given properties.
  public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8], askTime: Timestamp) {
    self.status = status
    self.headers = headers
    self.body = body
    self.askTime = askTime
  }

  /// The value of a header; `nil` when it is absent. `name` in lower case.
  public func header(_ name: String) -> String? {
    headers.first { $0.name == name }?.value
  }
}

/// A question to an exchange, with the way to read its answer: the two belong together and are written side by side.
public struct Inquiry<Answer: Sendable>: Sendable {
  /// What must be asked; asked at the same time, answered in this order.
  public let requests: [UpstreamRequest]
  /// Reads the replies, one a request. Called only when none of them is a failure of its own.
  public let read: @Sendable ([UpstreamReply]) throws(ExchangeError) -> Answer

  /// A question of one request.
  public init(
    _ request: UpstreamRequest, read: @escaping @Sendable (UpstreamReply) throws(ExchangeError) -> Answer
  ) {
    requests = [request]
    self.read = { (replies: [UpstreamReply]) throws(ExchangeError) -> Answer in
      guard replies.count == 1 else { throw .malformed("one reply was expected, \(replies.count) came") }
      return try read(replies[0])
    }
  }

  /// A question of several requests.
  public init(
    _ requests: [UpstreamRequest], readAll: @escaping @Sendable ([UpstreamReply]) throws(ExchangeError) -> Answer
  ) {
    self.requests = requests
    let count = requests.count
    read = { (replies: [UpstreamReply]) throws(ExchangeError) -> Answer in
      guard replies.count == count else { throw .malformed("\(count) replies were expected, \(replies.count) came") }
      return try readAll(replies)
    }
  }
}
