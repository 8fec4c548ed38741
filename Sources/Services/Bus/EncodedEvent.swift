public import Model
public import Wire

/// One of the public shapes an event can be sent in. App names them and writes their encodings.
///
/// The name a client uses for the instrument is part of the shape: clients of one name share one encoding, and a topic,
/// its order of candles and its subscription upstream are shared by all.
public struct EventForm: Sendable, Hashable {
  /// The number App gave it.
  public let rawValue: UInt8
  /// Whether it is for clients that take compressed frames: a wish of its own, so that nothing is compressed when
  /// nobody wants it.
  public private(set) var isCompressed = false
  /// What stands in the place of the exchange's own symbol; `nil` where that stands itself.
  public private(set) var symbol: String?

  /// The shape of that number.
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// The same shape, compressed.
  public var compressed: EventForm {
    var form = self
    form.isCompressed = true
    return form
  }

  /// The same shape, as it is.
  public var plain: EventForm {
    var form = self
    form.isCompressed = false
    return form
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
  /// The event as one whole WebSocket frame; `nil` when the event has no such form. Forms asked for are plain ones:
  /// their frames are compressed here.
  func frame(_ event: BusEvent, as form: EventForm) -> SharedBytes?
}

/// An event with its encodings: made once, shared by every loop and client.
public final class EncodedEvent: Sendable {
  /// What happened.
  public let event: BusEvent
  /// Its worth in quote units, where it has one: what `min_value_usd` is compared with.
  public let notional: FixedDecimal?
  /// Unsent events of one key may be replaced by a later one; 0 for those that may not.
  public let conflationKey: UInt64
  private let frames: [(form: EventForm, plain: SharedBytes, compressed: SharedBytes?)]

  /// Whether it corrects what was sent before.
  public var isRevision: Bool { if case .revision = event { true } else { false } }

  /// Encodes an event in the forms asked for.
  public init(_ event: BusEvent, forms: EventForms, encoder: any EventEncoder) {
    self.event = event
    notional = event.notional
    conflationKey = EncodedEvent.conflationKey(of: event)
    frames = forms.plain.compactMap { form in
      guard let plain = encoder.frame(event, as: form) else { return nil }
      return (form, plain, forms.compressed.contains(form) ? WebSocketFrame.compressed(plain) : nil)
    }
  }

  /// Encodes an event in the forms asked for.
  public convenience init(_ event: BusEvent, forms: some Sequence<EventForm>, encoder: any EventEncoder) {
    self.init(event, forms: EventForms(forms), encoder: encoder)
  }

  /// The frame of a form; `nil` when it was not asked for or does not exist. Who takes compressed frames gets the plain
  /// one where there is no other: when he is the first of his kind, and the event is older than his wish.
  public func frame(_ form: EventForm) -> SharedBytes? {
    guard let found = frames.first(where: { $0.form == form.plain }) else { return nil }
    return form.isCompressed ? found.compressed ?? found.plain : found.plain
  }

  /// The same without the frame's header and the `{` its message begins with: what follows a beginning of the client's
  /// own. The offset is that of the first byte behind them.
  public func payload(_ form: EventForm) -> (bytes: SharedBytes, offset: Int)? {
    guard let bytes = frame(form.plain), let header = WebSocketFrame.headerCount(of: bytes), bytes.count > header else {
      return nil
    }
    return (bytes, header + 1)
  }

  /// An open candle is replaced by a later state of the same candle, never by the next candle: what stands behind it in
  /// a queue may be its final.
  private static func conflationKey(of event: BusEvent) -> UInt64 {
    guard let candle = event.candle, !candle.isClosed else { return 0 }
    var hasher = Hasher()
    hasher.combine(candle.instrument)
    hasher.combine(candle.interval)
    hasher.combine(candle.openTime)
    return UInt64(bitPattern: Int64(hasher.finalize())) | 1
  }
}
