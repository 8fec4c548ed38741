/// A service beside the exchanges whose JSON some routes pass on unchanged: a reference of coins, not a market. It has no
/// instruments and no streams, and wants a key with every request.
public struct RawUpstream: Sendable {
  /// The name in paths, in lower case; also the stem of its settings (`acme` → `ACME_BASE_URL`, `ACME_API_KEY`).
  public var name: String
  /// The default address: what comes before the documented path.
  public var address: String
  /// The header that carries the key.
  public var keyHeader: String
  /// Requests that one key may send in a window.
  public var requestsPerWindow: Int
  /// The length of the window, in milliseconds.
  public var windowMilliseconds: Int64
  /// How long to stay away after a refusal that names no time, in milliseconds.
  public var defaultPauseMilliseconds: Int64
  /// How long an answer may be given again without asking, in milliseconds.
  public var freshMilliseconds: Int64
  /// Its routes.
  public var routes: [Route]

  /// One route.
  public struct Route: Sendable {
    /// The route's path below the service's name (`/categories`).
    public var path: String
    /// One sentence for the documents.
    public var summary: String
    /// The service's path.
    public var upstreamPath: String
    /// The query parameters passed on, under the same names and in this order.
    public var parameters: [Parameter]

    /// A route of the given properties.
    public init(path: String, summary: String, upstreamPath: String, parameters: [Parameter]) {
      self.path = path
      self.summary = summary
      self.upstreamPath = upstreamPath
      self.parameters = parameters
    }
  }

  /// A query parameter.
  public struct Parameter: Sendable {
    /// Its name on both sides.
    public var name: String
    /// What it may hold.
    public var rule: Rule

    /// What a parameter may hold.
    public enum Rule: Sendable {
      /// A whole number in a range, with a default.
      case integer(ClosedRange<Int64>, default: Int64)
      /// A text of 1 to so many bytes that must be given.
      case text(maxBytes: Int)
    }

    /// A parameter of the given name and rule.
    public init(name: String, rule: Rule) {
      self.name = name
      self.rule = rule
    }
  }

  /// A service of the given properties.
  public init(
    name: String, address: String, keyHeader: String, requestsPerWindow: Int, windowMilliseconds: Int64,
    defaultPauseMilliseconds: Int64, freshMilliseconds: Int64, routes: [Route]
  ) {
    self.name = name
    self.address = address
    self.keyHeader = keyHeader
    self.requestsPerWindow = requestsPerWindow
    self.windowMilliseconds = windowMilliseconds
    self.defaultPauseMilliseconds = defaultPauseMilliseconds
    self.freshMilliseconds = freshMilliseconds
    self.routes = routes
  }
}
