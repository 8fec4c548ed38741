/// How an `HTTPClient` connects.
public struct HTTPClientOptions: Sendable {
  /// A PEM file of the certificates to trust instead of the system's store.
  public var caFile: String?
  /// A proxy's URL; `nil` takes `HTTPS_PROXY`, `http_proxy` and `ALL_PROXY` from the environment, `""` uses none.
  /// Hosts in `NO_PROXY` are reached directly in each case.
  public var proxy: String?
  /// What the servers are told that the client is.
  public var userAgent: String
  /// The most connections to one host; more requests wait for their turn, on HTTP/2 they share.
  public var maxHostConnections: Int
  /// The deadline of DNS, TCP, proxy and TLS together; the request's own deadline also covers them.
  public var connectMilliseconds: Int64
  /// The most header fields of a response.
  public var maxHeaderFields: Int
  /// The most bytes of a response's header section.
  public var maxHeaderBytes: Int
  /// Sees every request's end; `nil` for nobody.
  public var tap: (any HTTPClientTap)?

  /// Options of the given properties.
  public init(
    caFile: String? = nil, proxy: String? = nil, userAgent: String = "marketgate", maxHostConnections: Int = 4,
    connectMilliseconds: Int64 = 10_000, maxHeaderFields: Int = 200, maxHeaderBytes: Int = 64 << 10
  ) {
    self.caFile = caFile
    self.proxy = proxy
    self.userAgent = userAgent
    self.maxHostConnections = maxHostConnections
    self.connectMilliseconds = connectMilliseconds
    self.maxHeaderFields = maxHeaderFields
    self.maxHeaderBytes = maxHeaderBytes
  }
}
