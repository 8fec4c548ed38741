import Model
import Wire

/// A recording: what an exchange has to say at any instant, and in which words. No exchange is named here; all that is
/// an exchange's own stands in the recording's files.
struct Recording: Sendable {
  static let file = "recording.json"

  /// What it is, in a few words for people.
  let about: String
  let instruments: [RecordedInstrument]
  /// The intervals, by the exchange's spelling.
  let intervals: [String: Interval]
  let routes: [RecordedRoute]
  let notFound: RecordedRefusal
  let contentType: String
  let usage: RecordedUsageRule?
  let sockets: RecordedSockets

  /// Reads a recording.
  init(_ files: RecordingFiles) throws(RecordingError) {
    let top: JSONValue
    do {
      top = try JSONValue(parsing: try files.bytes(of: Recording.file))
    } catch let error as JSONError {
      throw RecordingError(Recording.file, "byte \(error.offset): \(error.reason)")
    } catch let error as RecordingError {
      throw error
    } catch {
      throw RecordingError(Recording.file, "cannot be read")
    }
    let node = RecordingNode(file: Recording.file, path: "", value: top)
    about = try node.text("about")
    instruments = try Recording.instruments(node, files)
    intervals = try Recording.intervals(try node.node("intervals"))
    let words = try RecordedWords(node, files, instruments: instruments)
    var routes: [RecordedRoute] = []
    for route in try node.node("routes").elements() { routes.append(try RecordedRoute(route, words)) }
    self.routes = routes
    notFound = try words.refusal(node, "notFound")
    contentType = try node.text("contentType")
    usage = try node["usage"].map { (node) throws(RecordingError) in try RecordedUsageRule(node, words) }
    sockets = try RecordedSockets(try node.node("sockets"), words, instruments: instruments, intervals: intervals)
  }

  /// The instrument of a symbol.
  func instrument(_ symbol: String) -> RecordedInstrument? {
    instruments.first { $0.symbol == symbol }
  }

  private static func intervals(_ node: RecordingNode) throws(RecordingError) -> [String: Interval] {
    var intervals: [String: Interval] = [:]
    for (name, member) in try node.members() {
      guard let interval = Interval(try member.text()) else { throw member.fault("is no interval") }
      intervals[name] = interval
    }
    return intervals
  }

  private static func instruments(_ node: RecordingNode, _ files: RecordingFiles) throws(RecordingError)
    -> [RecordedInstrument]
  {
    let file = try node.text("instruments")
    let lines = try files.lines(of: file).map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let names = lines.first, names.first == "symbol", lines.count > 1 else {
      throw RecordingError(file, "has no symbols")
    }
    let tapes = try node.node("tapes").texts()
    let trades = try node.text("trades")
    let listed = try node.integer("listed", in: 0...Timestamp.latest.milliseconds)
    var instruments: [RecordedInstrument] = []
    for fields in lines.dropFirst() {
      guard fields.count == names.count else { throw RecordingError(file, "\(fields[0]): the row has another length") }
      var named: [String: Tape] = [:]
      for tape in tapes {
        let file = "tapes/\(fields[0]).\(tape).csv"
        named[tape] = try Tape(lines: try files.lines(of: file), file: file)
      }
      guard let tape = named[trades] else { throw node.fault("trades is none of the tapes") }
      instruments.append(
        RecordedInstrument(
          symbol: fields[0], fields: Dictionary(zip(names, fields)) { first, _ in first }, tapes: named,
          trades: try TradeTape(tape, file: "tapes/\(fields[0]).\(trades).csv"), tradesName: trades, listed: listed))
    }
    return instruments
  }
}
