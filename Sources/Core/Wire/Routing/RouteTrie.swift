/// The patterns of a router as a trie of path segments. Routes are numbers here, so that nothing of the search is
/// generic: an unspecialised generic over a module's border costs ten times.
struct RouteTrie: Sendable {
  enum Match {
    case found(route: Int, RouteParameters)
    case methodNotAllowed([HTTPMethod])
    case notFound
    case malformed
  }

  private struct Node {
    var literals: [(text: [UInt8], node: Int)] = []
    var parameter: Int?
    /// The routes that end here, as numbers.
    var routes: [Int] = []
  }

  private struct Route {
    let method: HTTPMethod
    /// The parameters' names and at which segment each stands.
    let parameters: [(name: String, segment: Int)]
  }

  private var nodes = [Node()]
  private var routes: [Route] = []

  /// Adds the next route: its number is how many there were. A wrong pattern stops the program.
  mutating func add(_ method: HTTPMethod, _ pattern: String) {
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
    precondition(route(method, at: node) == nil, "a route is added once")
    nodes[node].routes.append(routes.count)
    routes.append(Route(method: method, parameters: parameters))
  }

  func match(_ method: HTTPMethod, path: String) -> Match {
    // RFC 9112 §3.2.4: `*` is no path but the server as a whole, and what it can do is what its routes can.
    if path == "*" { return refusal(allowed: routes.map(\.method)) }
    let segments: PathSegments
    do {
      segments = try PathSegments(path)
    } catch {
      return error == .malformed ? .malformed : .notFound
    }
    var allowed: [HTTPMethod] = []
    if let route = find(method, segments, at: 0, node: 0, allowed: &allowed) {
      var parameters = RouteParameters()
      for parameter in routes[route].parameters {
        parameters.add(parameter.name, String(decoding: segments[parameter.segment], as: UTF8.self))
      }
      return .found(route: route, parameters)
    }
    return refusal(allowed: allowed)
  }

  private func refusal(allowed: [HTTPMethod]) -> Match {
    guard !allowed.isEmpty else { return .notFound }
    let head: [HTTPMethod] = allowed.contains(.get) ? [.head] : []
    return .methodNotAllowed(Set(allowed + head).sorted { $0.name < $1.name })
  }

  /// Depth first, the literal before the parameter. Patterns are few segments deep, which bounds the ways to go.
  private func find(
    _ method: HTTPMethod, _ segments: PathSegments, at depth: Int, node: Int, allowed: inout [HTTPMethod]
  ) -> Int? {
    guard depth < segments.count else {
      if let route = route(method, at: node) { return route }
      // RFC 9110 §9.3.2: HEAD is GET without the content.
      if method == .head, let route = route(.get, at: node) { return route }
      allowed.append(contentsOf: nodes[node].routes.map { routes[$0].method })
      return nil
    }
    let segment = segments[depth]
    for literal in nodes[node].literals where literal.text.elementsEqual(segment) {
      if let route = find(method, segments, at: depth + 1, node: literal.node, allowed: &allowed) { return route }
    }
    guard let parameter = nodes[node].parameter else { return nil }
    return find(method, segments, at: depth + 1, node: parameter, allowed: &allowed)
  }

  private func route(_ method: HTTPMethod, at node: Int) -> Int? {
    nodes[node].routes.first { routes[$0].method == method }
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
