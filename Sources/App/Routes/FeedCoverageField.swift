internal import Model
internal import Services
internal import Wire

/// The field `X-Coverage` of an answer about a feed's past: from when on it is whole, and which exchanges are not.
///
/// `since=2026-11-26T07:00:00Z; missing=bybit,okx; gaps=binance`: what happened before `since` is not known; an exchange
/// that is missing cannot be heard now; one with gaps could not be heard in between.
struct FeedCoverageField {
  private let standings: [(exchange: ExchangeID, standing: FeedCoverage.Standing)]

  init(_ standings: [(exchange: ExchangeID, standing: FeedCoverage.Standing)]) {
    self.standings = standings
  }

  /// Whether no exchange has been heard at all: then there is nothing to answer with.
  var isEmpty: Bool { standings.allSatisfy { $0.standing.since == nil } }

  var text: String {
    var parts: [String] = []
    if let since = standings.compactMap(\.standing.since).max() { parts.append("since=\(since)") }
    add("missing", { !$0.isFollowed }, to: &parts)
    add("gaps", { !$0.gaps.isEmpty }, to: &parts)
    return parts.joined(separator: "; ")
  }

  private func add(_ word: String, _ isSo: (FeedCoverage.Standing) -> Bool, to parts: inout [String]) {
    let names = standings.filter { isSo($0.standing) }.map(\.exchange.name)
    if !names.isEmpty { parts.append("\(word)=\(names.joined(separator: ","))") }
  }

  /// 200 with a JSON body and this field. It is true for the moment only.
  func response(_ body: [UInt8]) -> HTTPResponse {
    var response = HTTPResponse.json(body)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Coverage"] = text
    return response
  }
}
