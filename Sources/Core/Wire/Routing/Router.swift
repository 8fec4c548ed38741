/// Finds the handler of a method and path in a trie of path segments.
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
    /// it only when it was added.
    case methodNotAllowed([HTTPMethod])
    /// No pattern fits.
    case notFound
    /// The path is not well-formed: 400.
    case malformed
  }

  fileprivate struct Route {
    let method: HTTPMethod
    let handler: Handler
    /// The parameters' names and at which segment each stands.
    let parameters: [(name: String, segment: Int)]
  }

  fileprivate struct Node {
    var literals: [(text: [UInt8], node: Int)] = []
    var parameter: Int?
    var routes: [Route] = []
  }

  private var nodes = [Node()]

  /// Every route in the order it was added.
  public private(set) var patterns: [(method: HTTPMethod, pattern: String)] = []

  /// No routes.
  public init() {}

  /// Adds a route: `/{exchange}/ohlc/{symbol}`. Stops the program when the pattern has no leading slash, an empty
  /// segment, a parameter twice, or is there already for the method (whatever its parameters are called).
  public mutating func add(_ method: HTTPMethod, _ pattern: String, _ handler: Handler) {
    precondition(pattern.utf8.first == .slash, "a pattern begins with a slash")
    var node = 0
    var parameters: [(name: String, segment: Int)] = []
    let segments = pattern == "/" ? [] : pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    for (index, segment) in segments.enumerated() {
      precondition(!segment.isEmpty, "a pattern has no empty segment")
      if segment.first == "{", segment.last == "}" {
        let name = String(segment.dropFirst().dropLast())
        precondition(!name.isEmpty && !parameters.contains { $0.name == name }, "a parameter has one name of its own")
        parameters.append((name: name, segment: index))
        node = parameterChild(of: node)
      } else {
        node = literalChild(of: node, [UInt8](segment.utf8))
      }
    }
    precondition(!nodes[node].routes.contains { $0.method == method }, "a route is added once")
    nodes[node].routes.append(Route(method: method, handler: handler, parameters: parameters))
    patterns.append((method: method, pattern: pattern))
  }

  /// What a path, not decoded and without query, leads to. `HEAD` is served by `GET` where it has no route of its own
  /// (RFC 9110 §9.3.2).
  public func match(_ method: HTTPMethod, path: String) -> Match {
    let segments: PathSegments
    do {
      segments = try PathSegments(path)
    } catch {
      return error == .malformed ? .malformed : .notFound
    }
    var allowed: [HTTPMethod] = []
    if let route = find(method, segments, at: 0, node: 0, allowed: &allowed) {
      var parameters = RouteParameters()
      for parameter in route.parameters {
        parameters.add(parameter.name, String(decoding: segments[parameter.segment], as: UTF8.self))
      }
      return .found(route.handler, parameters)
    }
    guard !allowed.isEmpty else { return .notFound }
    if allowed.contains(.get) { allowed.append(.head) }
    return .methodNotAllowed(Set(allowed).sorted { $0.name < $1.name })
  }
}

extension Router: Sendable where Handler: Sendable {}
extension Router.Match: Sendable where Handler: Sendable {}
extension Router.Node: Sendable where Handler: Sendable {}
extension Router.Route: Sendable where Handler: Sendable {}

extension Router {
  /// Depth first, the literal before the parameter. Patterns are few segments deep, which bounds the ways to go.
  private func find(
    _ method: HTTPMethod, _ segments: PathSegments, at depth: Int, node index: Int, allowed: inout [HTTPMethod]
  ) -> Route? {
    let node = nodes[index]
    guard depth < segments.count else {
      if let route = node.routes.first(where: { $0.method == method }) { return route }
      if method == .head, let route = node.routes.first(where: { $0.method == .get }) { return route }
      allowed.append(contentsOf: node.routes.map(\.method))
      return nil
    }
    let segment = segments[depth]
    for literal in node.literals where literal.text.elementsEqual(segment) {
      if let route = find(method, segments, at: depth + 1, node: literal.node, allowed: &allowed) { return route }
    }
    guard let parameter = node.parameter else { return nil }
    return find(method, segments, at: depth + 1, node: parameter, allowed: &allowed)
  }

  private mutating func parameterChild(of node: Int) -> Int {
    if let child = nodes[node].parameter { return child }
    nodes[node].parameter = nodes.count
    nodes.append(Node())
    return nodes.count - 1
  }

  private mutating func literalChild(of node: Int, _ text: [UInt8]) -> Int {
    if let child = nodes[node].literals.first(where: { $0.text == text }) { return child.node }
    nodes[node].literals.append((text: text, node: nodes.count))
    nodes.append(Node())
    return nodes.count - 1
  }
}
