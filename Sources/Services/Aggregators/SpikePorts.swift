public import Contract
public import Model

/// Takes what a monitor finds. Called on the monitor's loop.
public protocol SpikeSink: AnyObject {
  /// Bars that are spikes, each told once.
  func receive(_ spikes: [Spike])
}

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

/// Calls `SpikeMonitor.wake` once after a while. Implemented by App with a timer of the monitor's loop.
public protocol SpikeAlarm: AnyObject {
  /// Sets the time, in place of one set before.
  func set(afterMilliseconds milliseconds: Int64)
}
