public import Net
public import Sessions
public import Wire

/// The gateway without exchanges: answers that are kept, by the way every answer from memory takes (host and origin policy,
/// router, memory of answers, negotiation). What the benchmarks of REST measure.
public struct MemoryGateway: Sendable {
  /// For how long what is kept is fresh: longer than any benchmark runs.
  private static let freshness: Int64 = 86_400_000

  private let gateway: Gateway

  /// Keeps JSON bodies by their paths.
  public init(_ bodies: [String: [UInt8]], clock: any TimeSource) {
    let memory = AnswerMemory<String>(limitBytes: MarketAnswers.limitBytes)
    var table = RouteTable()
    for (path, body) in bodies {
      let answer = MarketAnswer(
        body: SharedBytes(body), asked: clock.monotonicMilliseconds, freshness: MemoryGateway.freshness)
      memory.keep(answer, for: path)
      table.addPart(path) { (route) throws(APIError) in
        guard let answer = memory.find(path, now: clock.monotonicMilliseconds) else {
          throw APIError(.notFound, "no longer kept")
        }
        return answer.routeAnswer(clock) { memory.find(path, now: $0) }
      }
    }
    gateway = Gateway(
      router: table.router, hosts: HostPolicy(allowedHosts: ["localhost", "127.0.0.1"]),
      origins: OriginPolicy(allowedOrigins: []), cors: CORSPolicy(allowedOrigins: []), rateLimit: nil)
  }

  /// A server's handler.
  public func handle(_ request: HTTPRequest, _ context: HTTPContext) -> HTTPAnswer { gateway.handle(request, context) }
}
