internal import Contract
public import Model
public import Services
public import Wire

extension EventForm {
  /// A gap of a stream.
  public static let gap = EventForm(rawValue: 13)
}

extension Channel.Kind {
  /// What clients call it.
  public var publicName: String {
    switch self {
    case .candles: "ohlc"
    case .trades: "trades"
    case .liquidations: "liquidations"
    }
  }
}

extension EventEncoding {
  /// One `Gap`: a span in which a stream did not deliver, and how it stands.
  public static func append(_ record: GapRecord, to json: inout JSONWriter) {
    json.beginObject()
    json.key("id")
    json.integer(Int64(clamping: record.id))
    json.member("exchange", record.key.exchange.name)
    json.optional("symbol", record.key.instrument?.symbol)
    json.member("stream", record.key.channel.kind.publicName)
    json.optional("interval", record.key.channel.interval?.description)
    json.key("from")
    json.timestamp(record.from)
    json.optional("to", record.to)
    json.member("cause", record.cause.rawValue)
    json.member("state", record.state.rawValue)
    json.key("missing")
    json.integer(record.missing)
    json.optional("filled_from", record.source?.rawValue)
    json.key("opened_at")
    json.timestamp(record.openedTime)
    json.optional("closed_at", record.closedTime)
    json.endObject()
  }
}

extension JSONWriter {
  fileprivate mutating func optional(_ name: String, _ text: String?) {
    key(name)
    if let text { string(text) } else { null() }
  }

  fileprivate mutating func optional(_ name: String, _ time: Timestamp?) {
    key(name)
    if let time { timestamp(time) } else { null() }
  }
}
