/// How an exchange's REST side stands at one moment.
public struct ClientStanding: Sendable, Equatable {
  /// Whether requests may be sent; open too while the exchange has asked us to stay away.
  public let circuit: CircuitState
  /// For how long none may be sent; `nil` when one may.
  public let pauseMilliseconds: Int64?
  /// Why not all may be sent; `nil` when they may.
  public let cause: String?
  /// Attempts that failed since one last went well.
  public let consecutiveFailures: Int
  /// What is spent.
  public let budgets: [BudgetReading]
  /// What is kept in memory of the exchange's answers.
  public let keptBytes: Int
}

/// A budget at one moment.
public struct BudgetReading: Sendable, Equatable {
  /// Its name; `general` is the one most requests spend.
  public let name: String
  /// The weight spent in the window that ends now.
  public let used: Int
  /// The weight the exchange allows in a window.
  public let limit: Int
  /// Requests that wait for their turn.
  public let queued: Int
}
