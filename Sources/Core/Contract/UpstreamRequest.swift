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
  /// What it costs in its budget. Where the cost depends on the answer: the most it can be.
  public var weight: Int
  /// The budget it is charged to; `nil` for the exchange's general one.
  public var budget: RequestBudget?
  /// Whether a long answer is expected, for which the transport has another way.
  public private(set) var expectsLongAnswer = false

  /// So many rows make a long answer: 30 KB of candles.
  private static let rowsOfLongAnswer = 200

  /// A request of the given properties.
  public init(_ method: Method = .get, target: String, weight: Int, budget: RequestBudget? = nil) {
    self.method = method
    self.target = target
    self.weight = weight
    self.budget = budget
  }

  /// The same request, for an answer of so many rows.
  public func expecting(rows: Int) -> UpstreamRequest {
    var request = self
    request.expectsLongAnswer = rows >= UpstreamRequest.rowsOfLongAnswer
    return request
  }

  // What is expected of the answer is no part of the question: equal questions are one, whoever asks them.

  /// Whether both ask the same at the same cost.
  public static func == (one: UpstreamRequest, other: UpstreamRequest) -> Bool {
    one.target == other.target && one.method == other.method && one.weight == other.weight && one.budget == other.budget
  }

  /// Of what is asked and what it costs.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(target)
    hasher.combine(method)
    hasher.combine(weight)
    hasher.combine(budget)
  }
}

/// A budget of its own, which some of an exchange's requests spend instead of the general one.
public struct RequestBudget: Sendable, Hashable {
  /// A short word for logs and metrics.
  public let name: String
  /// Weight that may be spent in one window by one address.
  public let weightPerWindow: Int
  /// The length of the window, in milliseconds.
  public let windowMilliseconds: Int64

  /// A budget of the given figures.
  public init(name: String, weightPerWindow: Int, windowMilliseconds: Int64) {
    self.name = name
    self.weightPerWindow = weightPerWindow
    self.windowMilliseconds = windowMilliseconds
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
  /// A time, by the exchange's clock, that was past when the answer was made: what was over by then is over in it.
  public var askTime: Timestamp

  /// A reply of the given properties.
  public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8], askTime: Timestamp) {
    self.status = status
    self.headers = headers
    self.body = body
    self.askTime = askTime
  }

  /// What stands for the reply to a request that failed, where the inquiry can do without it.
  public static func missing(askTime: Timestamp) -> UpstreamReply {
    UpstreamReply(status: 0, body: [], askTime: askTime)
  }

  /// Whether the request failed, see `Inquiry.required`.
  public var isMissing: Bool { status == 0 }

  /// The value of a header; `nil` when it is absent. `name` in lower case.
  public func header(_ name: String) -> String? {
    headers.first { $0.name == name }?.value
  }
}
