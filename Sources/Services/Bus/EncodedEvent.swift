public import Model
public import Wire

/// One of the public shapes an event can be sent in. App names them and writes their encodings.
///
/// The name a client uses for the instrument is part of the shape: clients of one name share one encoding, and a topic,
/// its order of candles and its subscription upstream are shared by all.
public struct EventForm: Sendable, Hashable {
  /// The number App gave it.
  public let rawValue: UInt8
  /// What stands in the place of the exchange's own symbol; `nil` where that stands itself.
  public private(set) var symbol: String?

  /// The shape of that number.
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// This shape for clients who use another name than the exchange.
  public func naming(_ symbol: String?) -> EventForm {
    var form = self
    form.symbol = symbol
    return form
  }
}

/// Writes events for clients: implemented by App, the one place that spells public names.
public protocol EventEncoder: Sendable {
  /// The event as one whole WebSocket frame; `nil` when the event has no such form.
  func frame(_ event: MarketEvent, as form: EventForm) -> SharedBytes?
}

/// An event with its encodings: made once, shared by every loop and client.
public final class EncodedEvent: Sendable {
  /// What happened.
  public let event: MarketEvent
  /// Its worth in quote units, where it has one: what `min_value_usd` is compared with.
  public let notional: FixedDecimal?
  /// Unsent events of one key may be replaced by a later one; 0 for those that may not.
  public let conflationKey: UInt64
  private let frames: [(form: EventForm, frame: SharedBytes)]

  /// Encodes an event in the forms asked for.
  public init(_ event: MarketEvent, forms: some Sequence<EventForm>, encoder: any EventEncoder) {
    self.event = event
    notional = event.notional
    conflationKey = EncodedEvent.conflationKey(of: event)
    frames = forms.compactMap { form in encoder.frame(event, as: form).map { (form, $0) } }
  }

  /// The frame of a form; `nil` when it was not asked for or does not exist.
  public func frame(_ form: EventForm) -> SharedBytes? {
    frames.first { $0.form == form }?.frame
  }

  /// An open candle is replaced by a later state of the same candle, never by the next candle: what stands behind it in
  /// a queue may be its final.
  private static func conflationKey(of event: MarketEvent) -> UInt64 {
    guard case .candle(let candle) = event, !candle.isClosed else { return 0 }
    var hasher = Hasher()
    hasher.combine(candle.instrument)
    hasher.combine(candle.interval)
    hasher.combine(candle.openTime)
    return UInt64(bitPattern: Int64(hasher.finalize())) | 1
  }
}
