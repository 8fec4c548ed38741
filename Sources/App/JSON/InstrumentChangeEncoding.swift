internal import Contract
public import Model
public import Services
public import Wire

extension EventForm {
  /// A change of a list of instruments.
  public static let listing = EventForm(rawValue: 6)
}

extension EventEncoding {
  /// One `InstrumentChange`: what became of an instrument, and all that is known of it.
  public static func append(_ change: InstrumentChange, named symbol: String? = nil, to json: inout JSONWriter) {
    json.beginObject()
    json.identity(change.instrument, change.time, named: symbol)
    json.member("change", change.kind.rawValue)
    json.properties(of: change.instrument)
    json.endObject()
  }
}
