/// The same question to several exchanges at the same time. One that fails does not spoil the others; each question keeps
/// its own deadline, so the whole ends with the slowest of them.
public struct MultiExchangeQuery<Answer: Sendable, Failure: Error>: Sendable {
  /// What one exchange is asked.
  public struct Part: Sendable {
    /// The exchange's name.
    public let exchange: String
    /// Asks it.
    public let ask: @Sendable () async -> Result<Answer, Failure>

    /// A part of the given exchange.
    public init(_ exchange: String, ask: @escaping @Sendable () async -> Result<Answer, Failure>) {
      self.exchange = exchange
      self.ask = ask
    }
  }

  private let parts: [Part]

  /// A question of the given parts.
  public init(_ parts: [Part]) {
    self.parts = parts
  }

  /// What each exchange answered, in the order of the parts.
  public func answers() async -> [(exchange: String, outcome: Result<Answer, Failure>)] {
    await withTaskGroup(of: (Int, Result<Answer, Failure>).self) { group in
      for (index, part) in parts.enumerated() {
        let ask = part.ask
        group.addTask { (index, await ask()) }
      }
      var outcomes: [(Int, Result<Answer, Failure>)] = []
      for await outcome in group { outcomes.append(outcome) }
      return outcomes.sorted { $0.0 < $1.0 }.map { (parts[$0.0].exchange, $0.1) }
    }
  }
}
