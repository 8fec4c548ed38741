public import Net
internal import Wire

/// Asks a gateway under test over a real socket.
public struct WebClient: Sendable {
  private let http: HTTPClient
  private let address: String

  /// A client of a server (`http://127.0.0.1:8000`).
  public init(_ address: String, loop: EventLoop, options: HTTPClientOptions = HTTPClientOptions()) {
    http = HTTPClient(loop: loop, options: options)
    self.address = address
  }

  /// An answer as a test reads it.
  public struct Answer: Sendable {
    /// The status.
    public let status: Int
    /// The body as text.
    public let text: String
    /// Header fields, names in lower case.
    public let headers: [(name: String, value: String)]

    /// The value of a header; `nil` when it is absent.
    public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
  }

  /// `GET`, or another method.
  public func get(
    _ target: String, method: String = "GET", headers: [(String, String)] = []
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: address + target, timeoutMilliseconds: 30_000)
    request.method = method
    request.headers = headers
    let response = try await http.send(request)
    return Answer(
      status: response.status, text: String(decoding: response.body, as: UTF8.self), headers: response.headers)
  }

  /// Ends its connections.
  public func shutdown() async { await http.shutdown() }
}
