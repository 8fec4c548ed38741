internal import Contract
internal import Net
internal import Sessions

/// Writes the messages of one exchange's streams. Belongs to the folder's loop.
final class CaptureFrames: FrameTap {
  private let exchange: String
  private let folder: CaptureFolder

  init(_ exchange: String, folder: CaptureFolder) {
    self.exchange = exchange
    self.folder = folder
  }

  func connecting(to endpoint: StreamEndpoint) -> any ConnectionTap {
    folder.connecting(exchange, to: endpoint)
  }
}

/// Writes the replies of one exchange.
struct CaptureReplies: HTTPClientTap {
  /// Header fields worth keeping besides the exchange's own count.
  static let headers: Set<String> = ["content-type", "date", "retry-after"]

  let exchange: String
  /// What comes before the documented path.
  let address: String
  let usedWeightHeader: String?
  let folder: LoopBound<CaptureFolder>

  func finished(
    _ request: HTTPClientRequest, _ outcome: Result<HTTPClientResponse, HTTPClientError>, receiveMicroseconds: Int64
  ) {
    let reply = CaptureReply(
      exchange: exchange, method: request.method,
      target: request.url.hasPrefix(address) ? String(request.url.dropFirst(address.count)) : request.url,
      requestBody: request.body.map { String(decoding: $0, as: UTF8.self) },
      receiveMicroseconds: receiveMicroseconds, outcome: self.outcome(outcome))
    let folder = folder
    folder.loop.post { folder.value.write(reply) }
  }

  private func outcome(_ outcome: Result<HTTPClientResponse, HTTPClientError>) -> CaptureReply.Outcome {
    switch outcome {
    case .failure(let error): .failure(error.kind.rawValue)
    case .success(let response):
      .success(
        CaptureReply.Answer(
          status: response.status,
          headers: response.headers.filter { CaptureReplies.headers.contains($0.name) || $0.name == usedWeightHeader },
          body: response.body, sentMicroseconds: response.sentMicroseconds))
    }
  }
}
