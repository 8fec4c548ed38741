import Glibc

/// Compares the ledger of gaps with what went wrong at the exchange: nothing less, nothing more.
struct ChaosLedger {
  /// A record as `/gaps` tells it.
  struct Record {
    let text: String
    /// The exchange's times; the end of one that is open is far away.
    let from: Int64
    let to: Int64

    var cause: String { ExchangeText.member("cause", of: text) }
    var state: String { ExchangeText.member("state", of: text) }
    var isOfBreak: Bool { ["disconnect", "maintenance", "ban"].contains(cause) }
  }

  /// So much later may be noticed here what happened there, in milliseconds of the exchange: a fifth of a second of ours.
  static let lag: Int64 = 12_000
  /// The streams that are followed, by the exchange's names for them.
  static let streams = [
    "ohlc": "candles(1m):\(ChaosMarket.symbol)", "trades": "trades:\(ChaosMarket.symbol)",
    "liquidations": "liquidations",
  ]

  let log: ChaosLog
  /// What the gateway's clock shows beside the exchange's, in milliseconds.
  let offset: Int64
  /// What came before is nobody's loss: the first trade and the first final that were told.
  let firstTrade: Int
  let firstCandle: Int64
  /// After that nothing was spoilt any more.
  let end: Int64

  func findings(in texts: [String]) -> [String] {
    let open = texts.filter { ExchangeText.member("state", of: $0) == "open" }.map { "a gap that stays open: \($0)" }
    return open
      + Self.streams.sorted { $0.key < $1.key }.flatMap { stream, topic in
        let records = texts.filter { ExchangeText.member("stream", of: $0) == stream }.map(record)
        return findings(inBreaks: records.filter(\.isOfBreak), of: topic)
          + findings(inEnds: records, of: stream) + findings(inOthers: records.filter { !$0.isOfBreak }, of: topic)
          + findings(inLosses: records, of: topic) + findings(inSilences: records, of: topic)
      }
  }

  private func record(_ text: String) -> Record {
    // What a clock of the gateway said, but for what an exchange's own times are in.
    let isOfExchange = ExchangeText.member("cause", of: text) == "skipped"
    func time(_ name: String) -> Int64? {
      ExchangeText.milliseconds(of: ExchangeText.member(name, of: text)).map { isOfExchange ? $0 : $0 - offset }
    }
    return Record(text: text, from: time("from") ?? 0, to: time("to") ?? .max / 2)
  }

  /// Each break is in a record, each record is of a break of its own, and so is each break that had data before it.
  private func findings(inBreaks records: [Record], of topic: String) -> [String] {
    let breaks = log.breaks.filter { $0.topic == topic && $0.time <= end }
    let records = records.sorted { $0.to < $1.to }
    let missed = breaks.filter { lost in lost.isSure && !records.contains { covers($0, lost.time) } }
    let wrong = records.filter { record in
      let near = breaks.filter { covers(record, $0.time) }
      return !near.isEmpty && !causes(of: near, record).contains(record.cause)
    }
    return missed.map { "a break without a record: \(topic) \(ExchangeText.time($0.time))" }
      + unmatched(records, breaks).map { "a record without a break: \($0.text)" }
      + unmatched(breaks.filter { $0.isSure && $0.isSeparate }, records).map {
        "a break without a record of its own: \(topic) \(ExchangeText.time($0.time))"
      } + wrong.map { "a cause that was not: \($0.text)" }
  }

  /// Records for which no break is left when each takes the earliest it covers, the first to end first: no other choice leaves
  /// fewer.
  private func unmatched(_ records: [Record], _ breaks: [ChaosLog.Break]) -> [Record] {
    var left = breaks.map(\.time).sorted()
    return records.filter { record in
      guard let place = left.firstIndex(where: { covers(record, $0) }) else { return true }
      left.remove(at: place)
      return false
    }
  }

  /// Breaks for which no record is left when each takes the first to end of those that cover it.
  private func unmatched(_ breaks: [ChaosLog.Break], _ records: [Record]) -> [ChaosLog.Break] {
    var left = records
    return breaks.sorted { $0.time < $1.time }.filter { lost in
      guard let place = left.firstIndex(where: { covers($0, lost.time) }) else { return true }
      left.remove(at: place)
      return false
    }
  }

  private func covers(_ record: Record, _ time: Int64) -> Bool {
    record.from - Self.lag <= time && time <= record.to + Self.lag
  }

  private func causes(of breaks: [ChaosLog.Break], _ record: Record) -> Set<String> {
    var causes: Set<String> = []
    for lost in breaks {
      if lost.wasAnnounced != true { causes.insert("disconnect") }
      if lost.wasAnnounced != false { causes.insert("maintenance") }
    }
    if log.refusals.contains(where: { covers(record, $0) }) { causes.insert("ban") }
    return causes
  }

  /// What is repaired is filled; liquidations are lost. What nothing had come of before its first break cannot be counted.
  private func findings(inEnds records: [Record], of stream: String) -> [String] {
    records.sorted { $0.from < $1.from }.enumerated().compactMap { place, record in
      let missing = ExchangeText.member("missing", of: record.text)
      let isRight =
        stream == "liquidations"
        ? record.state == "unfillable" && missing == "null" : record.state == "filled" && missing == "0"
      let isUnknown = stream == "trades" && place == 0 && record.state == "unfillable" && missing == "null"
      return isRight || isUnknown || record.state == "open" ? nil : "an end that was not: \(record.text)"
    }
  }

  /// A silence is noticed by its length, and its record begins then: when the stream was last heard is the kernel's time,
  /// which no clock of a test makes faster.
  private func isOf(_ silence: Int64, _ record: Record) -> Bool {
    record.from - 2 * ChaosMarket.minute - Self.lag <= silence && silence <= record.to + Self.lag
  }

  /// A stream that was forgotten is in a record.
  private func findings(inSilences records: [Record], of topic: String) -> [String] {
    log.silences.filter { silence in
      silence.topic == topic && silence.time <= end
        && !records.contains { $0.cause == "stall" && isOf(silence.time, $0) }
    }.map { "a silence without a record: \(topic) \(ExchangeText.time($0.time))" }
  }

  /// A record without a break is of a frame that was left out or came late, or of a stream that was forgotten.
  private func findings(inOthers records: [Record], of topic: String) -> [String] {
    let losses = log.losses.filter { $0.topic == topic }
    // The final of a candle is sent at its end.
    let later = topic == "trades:\(ChaosMarket.symbol)" ? 0 : ChaosMarket.minute
    return records.compactMap { record in
      if record.cause == "stall", log.silences.contains(where: { $0.topic == topic && isOf($0.time, record) }) {
        return nil
      }
      let isOfLoss = losses.contains {
        record.from - Self.lag <= $0.time && $0.time <= record.to + Self.lag + later
      }
      return record.cause == "skipped" && isOfLoss ? nil : "a record without a loss: \(record.text)"
    }
  }

  private func isCovered(_ loss: ChaosLog.Loss, by records: [Record]) -> Bool {
    records.contains { record in
      if covers(record, loss.time) { return true }
      return record.isOfBreak && loss.time <= record.to
        && log.breaks.contains {
          $0.topic == loss.topic && $0.silentSince <= loss.time && loss.time <= $0.time && covers(record, $0.time)
        }
    }
  }

  /// What was left out is in a record.
  private func findings(inLosses records: [Record], of topic: String) -> [String] {
    let silent = log.losses.filter { loss in
      guard loss.topic == topic, loss.time <= end else { return false }
      if let trade = loss.trade { return trade > firstTrade && !isCovered(loss, by: records) }
      if let candle = loss.candle { return candle > firstCandle && !isCovered(loss, by: records) }
      return false
    }
    guard let first = silent.first else { return [] }
    let beside = records.filter { abs($0.from - first.time) < ChaosMarket.minute }.map(\.text)
    return ["\(silent.count) losses without a record, the first \(first), beside \(beside)"]
  }
}

extension ExchangeText {
  /// The milliseconds since 1970 of an ISO 8601 text; `nil` when it is none.
  static func milliseconds(of text: String) -> Int64? {
    let numbers = text.split { !$0.isNumber }.compactMap { Int32($0) }
    guard numbers.count >= 6 else { return nil }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (numbers[0] - 1900, numbers[1] - 1, numbers[2])
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (numbers[3], numbers[4], numbers[5])
    let fraction = text.dropFirst(19).drop { $0 == "." }.prefix { $0.isNumber }
    return Int64(timegm(&parts)) * 1000 + (Int64((fraction + "000").prefix(3)) ?? 0)
  }
}
