import Net
import Wire

/// The REST half of a recorded exchange: answers, costs and faults. Belongs to the exchange's loop.
final class RecordedREST {
  private let recording: Recording
  private let clock: RecordedClock
  private let faults: Lock<RecordedFaults.State>
  private let statistics: Lock<RecordedStatistics>
  private var usage = RecordedUsage()

  init(
    _ recording: Recording, clock: RecordedClock, faults: Lock<RecordedFaults.State>,
    statistics: Lock<RecordedStatistics>
  ) {
    self.recording = recording
    self.clock = clock
    self.faults = faults
    self.statistics = statistics
  }

  func answer(_ request: HTTPRequest) -> HTTPAnswer {
    statistics.withLock { $0.requests[request.path, default: 0] += 1 }
    guard let fault = faults.withLock({ $0.takeAnswer() }) else { return .response(reply(to: request)) }
    switch fault {
    case .body(let status, let fields, let body):
      let headers = HTTPHeaders(fields.map { ($0.name, $0.value) })
      return .response(HTTPResponse(HTTPStatus(status), headers: headers, body: .bytes(body)))
    case .truncated:
      var response = reply(to: request)
      if case .bytes(let body) = response.body { response.body = .bytes(Array(body.prefix(body.count / 2))) }
      return .response(response)
    case .undecodable:
      var response = reply(to: request)
      response.headers["Content-Encoding"] = "gzip"
      return .response(response)
    case .silence:
      return .later {
        // Until the client leaves, which cancels the task.
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
        return HTTPResponse(.gatewayTimeout)
      }
    }
  }

  private func reply(to request: HTTPRequest) -> HTTPResponse {
    let now = clock.now
    var reply = recording.answer(
      request.method.name, request.path, query: { request.query[$0] }, body: request.body, now: now)
    var headers = HTTPHeaders()
    if let rule = recording.usage {
      let (used, retryAfter) = usage.charge(reply.weight, now: now, rule: rule)
      headers[rule.header] = "\(used)"
      if let retryAfter {
        reply = recording.reply(rule.over, now: now)
        headers["Retry-After"] = "\(retryAfter)"
      }
    }
    headers["Content-Type"] = reply.contentType
    return HTTPResponse(HTTPStatus(reply.status), headers: headers, body: .bytes(reply.body))
  }
}
