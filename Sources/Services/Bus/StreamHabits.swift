public import Contract

/// What a publisher must make up for, as its exchange streams it.
public struct StreamHabits: Sendable {
  /// Whether the last state of a candle is marked as final.
  public var marksFinals = true
  /// Whether a subscription to trades begins with trades of before it.
  public var repeatsTrades = false
  /// Whether trades are counted without a gap and can be had by their numbers.
  public var countsTrades = false

  /// Those of an exchange that leaves nothing to make up for.
  public init() {}

  /// Those an exchange declares.
  public init(_ declaration: Declaration) {
    marksFinals = declaration.capabilities.marksClosedCandles
    countsTrades = declaration.rest.tradesPerPage != nil
    repeatsTrades = declaration.streams.repeatsTrades
  }
}
