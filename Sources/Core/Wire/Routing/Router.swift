/// Finds the handler of a method and path.
///
/// A literal segment beats a parameter; where the literal leads nowhere the parameter is tried, so that
/// `/multi/ohlc/{symbol}` and `/{exchange}/funding/{symbol}` live side by side. Which patterns there are is the
/// program's own knowledge, so a wrong one stops it.
public struct Router<Handler> {
  /// What a path leads to.
  public enum Match {
    /// The handler, and the values of the pattern's parameters.
    case found(Handler, RouteParameters)
    /// The path is there, not for this method; these are, sorted, for `Allow`. `HEAD` comes with `GET`; `OPTIONS` is in
    /// it only when it was added. `*`, the target of a server-wide `OPTIONS`, has the methods of all routes.
    case methodNotAllowed([HTTPMethod])
    /// No pattern fits.
    case notFound
    /// The path is not well-formed: 400.
    case malformed
  }

  private var trie = RouteTrie()
  private var handlers: [Handler] = []

  /// Every route in the order it was added.
  public private(set) var patterns: [(method: HTTPMethod, pattern: String)] = []

  /// No routes.
  public init() {}

  /// Adds a route: `/{exchange}/ohlc/{symbol}`. Stops the program when the pattern has no leading slash, an empty
  /// segment, a parameter twice, or is there already for the method (whatever its parameters are called).
  public mutating func add(_ method: HTTPMethod, _ pattern: String, _ handler: Handler) {
    trie.add(method, pattern)
    handlers.append(handler)
    patterns.append((method: method, pattern: pattern))
  }

  /// What a path, not decoded and without query, leads to. `HEAD` is served by `GET` where it has no route of its own.
  public func match(_ method: HTTPMethod, path: String) -> Match {
    switch trie.match(method, path: path) {
    case .found(let route, let parameters): .found(handlers[route], parameters)
    case .methodNotAllowed(let methods): .methodNotAllowed(methods)
    case .notFound: .notFound
    case .malformed: .malformed
    }
  }
}

extension Router: Sendable where Handler: Sendable {}
extension Router.Match: Sendable where Handler: Sendable {}
