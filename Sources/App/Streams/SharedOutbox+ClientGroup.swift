public import Net
public import Services
public import Wire

extension SharedOutbox: ClientGroup {
  /// Queues frames for all who take part.
  public func queue(_ bytes: SharedBytes, frames: Int, conflationKey: UInt64) -> DeliveryOutcome {
    DeliveryOutcome(send(bytes, frames: frames, conflationKey: conflationKey))
  }
}
