internal import Contract
internal import Model
internal import Net
internal import Sessions
internal import Wire

/// The bans of all exchanges, as they stand in a file:
///
///     {"format":1,"bans":[{"exchange":"toy","since":1800000000000,"until":1800000120000,"reason":"HTTP 429"}]}
///
/// Times are milliseconds since 1970 by our own clock.
///
/// Crosses threads: the bans stand behind a lock.
final class BanStore: BanRecord {
  /// The name of the file.
  static let file = "bans.json"
  /// At least so many milliseconds from one write to the next.
  static let spacing: Int64 = 1000
  /// The longest file that is read.
  static let maxFileBytes = 1 << 20
  private static let format: Int64 = 1

  private let bans: Lock<[ExchangeID: Ban]>
  private let onChange: @Sendable () -> Void

  /// A store of bans that were kept before; `onChange` is called when there is another one.
  init(_ bans: [ExchangeID: Ban] = [:], onChange: @escaping @Sendable () -> Void = {}) {
    self.bans = Lock(bans)
    self.onChange = onChange
  }

  func ban(of exchange: ExchangeID) -> Ban? { bans.withLock { $0[exchange] } }

  func keep(_ ban: Ban, of exchange: ExchangeID) {
    bans.withLock { $0[exchange] = ban }
    onChange()
  }

  /// The file of the bans; those that were over long ago are let go.
  func bytes(now: Timestamp) -> [UInt8] {
    let bans = bans.withLock { bans in
      bans = bans.filter { $0.value.remaining(at: now) > 0 }
      return bans
    }
    var json = JSONWriter()
    json.beginObject()
    json.key("format")
    json.integer(BanStore.format)
    json.key("bans")
    json.beginArray()
    for (exchange, ban) in bans.sorted(by: { $0.key < $1.key }) {
      json.beginObject()
      json.key("exchange")
      json.string(exchange.name)
      json.key("since")
      json.integer(ban.since.milliseconds)
      json.key("until")
      json.integer(ban.until.milliseconds)
      json.key("reason")
      json.string(ban.reason)
      json.endObject()
    }
    json.endArray()
    json.endObject()
    return json.take()
  }

  /// The bans of a file.
  static func read(_ bytes: [UInt8]) throws(FileError) -> [ExchangeID: Ban] {
    let document = try StateDocument.read(bytes, file: file, format: format)
    var bans: [ExchangeID: Ban] = [:]
    for row in document["bans"]?.array ?? [] {
      guard let exchange = row["exchange"]?.string, let reason = row["reason"]?.string,
        let since = row["since"]?.integer.flatMap({ Timestamp(milliseconds: $0) }),
        let until = row["until"]?.integer.flatMap({ Timestamp(milliseconds: $0) })
      else { throw FileError(file, "a ban lacks a part") }
      bans[ExchangeID(exchange)] = Ban(since: since, until: until, reason: reason)
    }
    return bans
  }
}

/// What all files of the state have in common: an object that names its format.
enum StateDocument {
  /// The object, where it is of a format that this version reads.
  static func read(_ bytes: [UInt8], file: String, format known: Int64) throws(FileError) -> JSONValue {
    let document: JSONValue
    do throws(JSONError) {
      document = try JSONValue(parsing: bytes)
    } catch {
      throw FileError(file, "is no JSON at byte \(error.offset)")
    }
    guard let format = document["format"]?.integer else { throw FileError(file, "does not name its format") }
    guard format == known else { throw FileError(file, "has format \(format), and only \(known) is read") }
    return document
  }
}
