internal import Contract
internal import Sessions

/// A symbol that an exchange's list did not have.
struct SymbolQuestion: Sendable {
  let symbol: String
  let connector: ExchangeConnector
}

/// What a fresh list says of it.
typealias SymbolAnswer = Result<InstrumentMatch, APIError>

extension ExchangeLookup {
  /// Looks symbols up after a refresh of each list that is due, before a deadline in monotonic milliseconds.
  func answers(_ questions: [SymbolQuestion], deadline: Int64) async -> [SymbolAnswer] {
    var answers: [SymbolAnswer] = []
    for question in questions {
      let instruments = question.connector.instruments
      if let match = await instruments.matchAfterRefresh(question.symbol, deadline: deadline) {
        answers.append(.success(match))
      } else if instruments.isRefreshDue {
        // The new list has not come: it may have the symbol.
        answers.append(
          .failure(
            APIError(
              .upstreamUnavailable, "\(question.connector.exchange.id): the instrument list is being loaded",
              retryAfterSeconds: APIError.defaultRetrySeconds)))
      } else {
        answers.append(.failure(ExchangeLookup.unknownSymbol(question.symbol, question.connector)))
      }
    }
    return answers
  }
}
