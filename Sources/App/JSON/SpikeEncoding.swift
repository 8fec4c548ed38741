internal import Contract
public import Model
public import Services
public import Wire

extension EventForm {
  /// A spike.
  public static let spike = EventForm(rawValue: 8)
  /// A spike, with its type first: for streams of several exchanges.
  public static let feedSpike = EventForm(rawValue: 9)
}

extension EventEncoding {
  /// What a spike is called where its type is told.
  public static let spikeType = "oi_spike"

  /// The spike as one frame; `nil` when it has no such form.
  static func frame(_ spike: Spike, as form: EventForm) -> SharedBytes? {
    var json = JSONWriter(reserving: 220, headroom: WebSocketFrame.headroom)
    switch form.plain.naming(nil) {
    case .spike: append(spike, to: &json)
    case .feedSpike: append(spike, type: spikeType, to: &json)
    default: return nil
    }
    return WebSocketFrame.serverText(json)
  }

  /// One `OISpike`. `type` comes first, where the stream names it.
  public static func append(_ spike: Spike, type: String? = nil, to json: inout JSONWriter) {
    json.beginObject()
    if let type { json.member("type", type) }
    json.member("exchange", spike.instrument.exchange.name)
    json.member("symbol", spike.instrument.symbol)
    json.member("timeframe", spike.timeframe.description)
    json.key("z_oi")
    json.double(spike.openInterestScore)
    json.key("z_vol")
    json.double(spike.volumeScore)
    json.key("confirmed")
    json.bool(spike.isConfirmed)
    json.key("timestamp")
    json.timestamp(spike.barEnd)
    json.endObject()
  }
}

extension JSONWriter {
  /// A binary number, or null.
  fileprivate mutating func double(_ value: Double?) {
    if let value { double(value) } else { null() }
  }
}
