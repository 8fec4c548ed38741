public import Model

/// Takes what the sessions of one exchange bring: the door from the sessions to the bus.
///
/// Belongs to the exchange's loop and is called there only; must not wait.
public protocol EventSink: AnyObject {
  /// Events in the order of arrival, one read of a socket at a time.
  func receive(_ events: [MarketEvent])
  /// The exchange has confirmed these topics: from now on their streams stand.
  func confirmed(_ topics: [Topic])
  /// The streams of these topics broke: what was derived from them starts over, and what was missed may be fetched.
  /// Said again of topics that are broken already when that has another cause, as a ban after the connection was lost.
  func interrupted(_ topics: [Topic], cause: BreakCause)
  /// The exchange has confirmed these topics again, or one that had stalled delivers: their streams go on.
  func restored(_ topics: [Topic])
  /// These topics are no longer streamed, as nobody wants them.
  func ended(_ topics: [Topic])
}
