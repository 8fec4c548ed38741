internal import Contract
internal import Net
internal import Services
internal import Sessions
internal import Telemetry

/// Everything that works for the services beside the exchanges: those without a key have nothing that works for them.
struct ReferenceWiring: Sendable {
  private let upstreams: [RawUpstream]
  private let pages: [String: ReferencePages]
  private let http: HTTPClient
  private let clock: any TimeSource
  private let timeoutMilliseconds: Int64

  init(_ upstreams: [RawUpstream], loop: EventLoop, configuration: Configuration, tuning: Tuning) {
    let http = HTTPClient(
      loop: loop,
      options: HTTPClientOptions(
        caFile: configuration.upstreamCAFile, proxy: tuning.proxy, userAgent: "marketgate/\(Version.text)"))
    var pages: [String: ReferencePages] = [:]
    for upstream in upstreams {
      guard let key = configuration.referenceKey(upstream.name) else { continue }
      let client = ReferenceClient(
        upstream, key: key, address: configuration.referenceAddress(upstream.name), http: http, clock: tuning.clock)
      pages[upstream.name] = ReferencePages(
        client, freshMilliseconds: upstream.freshMilliseconds, clock: tuning.clock)
    }
    self.upstreams = upstreams
    self.pages = pages
    self.http = http
    clock = tuning.clock
    timeoutMilliseconds = configuration.requestTimeoutMilliseconds
  }

  var routes: ReferenceRoutes {
    ReferenceRoutes(pages: pages, upstreams: upstreams, clock: clock, timeoutMilliseconds: timeoutMilliseconds)
  }

  func stop() async { await http.shutdown() }
}
