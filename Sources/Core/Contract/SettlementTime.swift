public import Model

extension Timestamp {
  /// A settlement's time with the exchange's delay taken off: the whole hour when one is within 10 s, else as it is.
  ///
  /// Exchanges stamp a settlement when they have booked it, some milliseconds after the hour.
  public var settlement: Timestamp {
    let (hour, tolerance): (Int64, Int64) = (3_600_000, 10_000)
    let past = milliseconds % hour
    if past <= tolerance { return Timestamp(microseconds: (milliseconds - past) * 1000) }
    if past >= hour - tolerance { return Timestamp(microseconds: (milliseconds - past + hour) * 1000) }
    return self
  }
}
