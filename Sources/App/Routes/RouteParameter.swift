internal import Model

/// A parameter of a route: the reader takes its limits and default from here, the document says them.
struct RouteParameter: Sendable {
  /// Where it stands.
  enum Place: String, Sendable { case path, query }

  /// What it may hold.
  enum Form: Sendable {
    case text
    /// One of some words.
    case words([String])
    /// A whole number in a range.
    case integer(ClosedRange<Int64>)
    /// Milliseconds since 1970.
    case time
    /// A number, with a fraction or without, of that much at least and `largestAmount` at most.
    case amount(from: FixedDecimal)
    /// A number of minutes or hours, up to a day.
    case span
    /// The length of a candle, whether some exchange has it or not.
    case interval
    /// Some of these words, with commas between them.
    case list([String])
  }

  /// More money than any question can be about.
  static let largestAmount = FixedDecimal(1_000_000_000_000_000)

  let name: String
  let place: Place
  let form: Form
  /// What holds when it is absent, as a client would write it.
  let standard: String?
  let isRequired: Bool
  /// One sentence.
  let help: String

  private init(_ name: String, _ place: Place, _ form: Form, standard: String?, isRequired: Bool, help: String) {
    self.name = name
    self.place = place
    self.form = form
    self.standard = standard
    self.isRequired = isRequired
    self.help = help
  }

  /// A part of the path.
  static func path(_ name: String, _ form: Form = .text, _ help: String) -> RouteParameter {
    RouteParameter(name, .path, form, standard: nil, isRequired: true, help: help)
  }

  /// A parameter of the query that may be absent.
  static func query(_ name: String, _ form: Form, default standard: String? = nil, _ help: String) -> RouteParameter {
    RouteParameter(name, .query, form, standard: standard, isRequired: false, help: help)
  }

  /// A parameter of the query that must be there.
  static func required(_ name: String, _ form: Form, _ help: String) -> RouteParameter {
    RouteParameter(name, .query, form, standard: nil, isRequired: true, help: help)
  }

  /// How many rows are wanted.
  static func limit(default standard: Int64, in range: ClosedRange<Int64>) -> RouteParameter {
    query("limit", .integer(range), default: String(standard), "the most rows")
  }

  /// The bounds of a range, both inclusive.
  static let bounds = [
    query("start_time", .time, "milliseconds since 1970, inclusive; alone: the first rows from it"),
    query("end_time", .time, "milliseconds since 1970, inclusive; alone: the last rows up to it"),
  ]

  /// An enabled exchange that has a capability.
  static func exchange(_ names: [String]) -> RouteParameter { path("exchange", .words(names), "in any case") }

  /// An interval as a part of the path.
  static func interval(_ words: [String]) -> RouteParameter {
    path("interval", .words(words), "these every exchange has; more are named in /exchanges")
  }

  /// A symbol of an instrument list.
  static let symbol = path("symbol", .text, "the exchange's own name; a pair where that can be told apart")
}
