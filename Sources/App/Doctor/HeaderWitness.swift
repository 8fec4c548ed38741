internal import Net

/// Sees which replies of an exchange have the header that tells what was used of its budget.
///
/// Crosses threads: two small sets behind a lock.
final class HeaderWitness: HTTPClientTap {
  private let address: String
  private let header: String
  private let targets = Lock<[String: Bool]>([:])

  /// Watches replies from an address for a header, in lower case.
  init(_ header: String, address: String) {
    self.header = header
    self.address = address
  }

  func finished(
    _ request: HTTPClientRequest, _ outcome: Result<HTTPClientResponse, HTTPClientError>, receiveMicroseconds: Int64
  ) {
    guard case .success(let response) = outcome, (200..<300).contains(response.status),
      request.url.hasPrefix(address)
    else { return }
    let target = String(request.url.dropFirst(address.count))
    let isThere = response.header(header).flatMap { Int($0) } != nil
    targets.withLock { $0[target] = isThere }
  }

  /// Of the requests with these targets that were answered: the first one whose reply had no such header.
  func difference(among asked: [String]) -> String? {
    let seen = targets.withLock { $0 }
    let answered = asked.filter { seen[$0] != nil }
    guard !answered.isEmpty else { return "no reply came" }
    return answered.first { seen[$0] == false }.map { "the reply to \($0) has no \(header) with a number" }
  }
}
