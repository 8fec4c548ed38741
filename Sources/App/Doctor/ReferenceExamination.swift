internal import Contract
internal import Net
internal import Sessions

/// Asks a service beside the exchanges each question that needs nothing from a client.
struct ReferenceExamination {
  let upstream: RawUpstream
  let client: ReferenceClient
  let clock: any TimeSource
  /// For one question, in milliseconds.
  let patience: Int64
  let report: @Sendable (DoctorFinding) -> Void

  func run() async {
    for route in upstream.routes {
      guard let parameters = ReferenceExamination.defaults(of: route) else { continue }
      let start = clock.monotonicMilliseconds
      let result = await self.result(
        of: UpstreamRequest(get: route.upstreamPath, parameters: parameters, weight: 1), deadline: start + patience)
      report(
        DoctorFinding(
          exchange: upstream.name, area: .rest, check: "raw \(route.path)", result: result,
          milliseconds: clock.monotonicMilliseconds - start))
    }
  }

  private func result(of request: UpstreamRequest, deadline: Int64) async -> DoctorFinding.Result {
    do throws(ExchangeError) {
      _ = try await client.body(of: request, deadline: deadline)
      return .ok
    } catch {
      return .failed("\(error.kind): \(error.reason)")
    }
  }

  /// The parameters' defaults; `nil` when one has none.
  private static func defaults(of route: RawUpstream.Route) -> [(name: String, value: String?)]? {
    var parameters: [(name: String, value: String?)] = []
    for parameter in route.parameters {
      guard case .integer(_, let standard) = parameter.rule else { return nil }
      parameters.append((parameter.name, String(standard)))
    }
    return parameters
  }
}
