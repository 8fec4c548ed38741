public import Contract
public import Model

/// What a monitor is told, by the number of its question; `nil` when there is no answer.
public enum SpikeMessage: Sendable {
  /// The exchange's list of instruments has been loaded.
  case listed
  /// The volumes of 24 hours.
  case volumes(Int, [InstrumentVolume]?)
  /// Candles.
  case candles(Int, [Candle]?)
  /// Samples of open interest.
  case samples(Int, [OpenInterest]?)
}

/// The way to a monitor. Implemented by App with the mailbox of the monitor's loop.
public protocol SpikeLine: Sendable {
  /// Hands a message to the monitor's loop; never waits.
  func post(_ message: SpikeMessage)
}
