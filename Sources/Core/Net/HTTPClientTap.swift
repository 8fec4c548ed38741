/// Sees what an `HTTPClient` sends and what comes back, as it is on the wire but for compression.
public protocol HTTPClientTap: Sendable {
  /// A request has ended, in whatever way. Called by the task that sent it, on any thread; `receiveMicroseconds` is the
  /// wall clock, since 1970, when the last byte had come.
  func finished(
    _ request: HTTPClientRequest, _ outcome: Result<HTTPClientResponse, HTTPClientError>, receiveMicroseconds: Int64)
}
