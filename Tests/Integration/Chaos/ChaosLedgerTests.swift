import Testing

/// Each promise of the ledger is broken in a ledger that is right otherwise.
@Suite struct ChaosLedgerTests {
  private static let start: Int64 = 1_767_225_600_000
  private static let topics = ChaosLedger.streams

  private static func time(_ second: Int64) -> Int64 { start + second * 1000 }

  private static func record(
    _ stream: String, _ cause: String, _ from: Int64, _ to: Int64, state: String = "filled", missing: String = "0"
  ) -> String {
    #"{"id":1,"exchange":"toy","symbol":"ALPHAUSD","stream":"\#(stream)","interval":null,"#
      + #""from":"\#(ExchangeText.time(time(from)))","to":"\#(ExchangeText.time(time(to)))","cause":"\#(cause)","#
      + #""state":"\#(state)","missing":\#(missing),"filled_from":null}"#
  }

  /// A cut after 100 s, one that was announced after 200 s, and a trade and a final left out after 300 s.
  private static var log: ChaosLog {
    var log = ChaosLog()
    for topic in topics.values {
      for (second, wasAnnounced) in [(100, false), (200, true)] {
        log.breaks.append(
          ChaosLog.Break(
            topic: topic, time: time(Int64(second)), silentSince: time(Int64(second)), isSure: true, isSeparate: true,
            wasAnnounced: wasAnnounced))
      }
    }
    log.losses = [
      ChaosLog.Loss(topic: "trades:ALPHAUSD", time: time(300), trade: 750, candle: nil),
      ChaosLog.Loss(topic: "candles(1m):ALPHAUSD", time: time(300), trade: nil, candle: time(240)),
    ]
    return log
  }

  private static let records =
    topics.keys.sorted().flatMap { stream in
      let (state, missing) = stream == "liquidations" ? ("unfillable", "null") : ("filled", "0")
      return [
        record(stream, "disconnect", 99, 103, state: state, missing: missing),
        record(stream, "maintenance", 198, 204, state: state, missing: missing),
      ]
    } + [record("ohlc", "skipped", 240, 300), record("trades", "skipped", 299, 301)]

  private func findings(_ log: ChaosLog = log, _ change: (inout [String]) -> Void = { _ in }) -> Int {
    var records = Self.records
    change(&records)
    return ChaosLedger(log: log, offset: 0, firstTrade: 0, firstCandle: Self.start, end: Self.time(400))
      .findings(in: records).count
  }

  @Test func aLedgerThatIsRightHasNoFinding() { #expect(findings() == 0) }

  @Test func eachRecordThatIsMissingIsFound() {
    for place in Self.records.indices { #expect(findings { $0.remove(at: place) } > 0) }
  }

  @Test func aRecordTooManyIsFound() {
    for place in Self.records.indices.dropLast(2) { #expect(findings { $0.append($0[place]) } > 0) }
    #expect(findings { $0.append(Self.record("trades", "disconnect", 330, 331)) } == 1)
    #expect(findings { $0.append(Self.record("trades", "skipped", 350, 351)) } == 1)
    #expect(findings { $0.append(Self.record("ohlc", "no_trade", 240, 300)) } == 1)
  }

  @Test func aWrongCauseOrEndIsFound() {
    for (from, to) in [("disconnect", "ban"), ("disconnect", "maintenance"), ("maintenance", "disconnect")] {
      #expect(findings { records in records = records.map { $0.replacing(from, with: to) } } == 3)
    }
    for (from, to) in [("filled\"", "unfillable\""), ("\"missing\":0", "\"missing\":1"), ("unfillable", "filled")] {
      #expect(findings { records in records = records.map { $0.replacing(from, with: to) } } > 0)
    }
    #expect(findings { $0[0] = $0[0].replacing("unfillable", with: "open") } > 0)
  }

  @Test func aRefusedStreamMayBeABan() {
    var log = Self.log
    log.refusals = [Self.time(101)]
    #expect(findings(log) { records in records = records.map { $0.replacing("disconnect", with: "ban") } } == 0)
  }

  @Test func aStreamThatWasForgottenHasARecordOfItsSilence() {
    var log = Self.log
    log.silences = [("trades:ALPHAUSD", Self.time(330))]
    #expect(findings(log) == 1)
    #expect(findings(log) { $0.append(Self.record("trades", "stall", 330, 340)) } == 0)
    #expect(findings { $0.append(Self.record("trades", "stall", 330, 340)) } == 1)
  }

  /// A silence that ends with a break is part of it.
  @Test func whatIsLeftOutBeforeABreakIsPartOfIt() {
    var log = Self.log
    let loss = ChaosLog.Loss(topic: "trades:ALPHAUSD", time: Self.time(150), trade: 375, candle: nil)
    log.losses.append(loss)
    #expect(findings(log) == 1)
    log.breaks = log.breaks.map { lost in
      ChaosLog.Break(
        topic: lost.topic, time: lost.time, silentSince: lost.time - 60_000, isSure: true, isSeparate: true,
        wasAnnounced: lost.wasAnnounced)
    }
    #expect(findings(log) == 0)
  }

  /// What the gateway need not have known is not asked for, and not blamed.
  @Test func aBreakThatIsNotSureMayHaveARecord() {
    var log = Self.log
    for topic in Self.topics.values {
      log.breaks.append(
        ChaosLog.Break(
          topic: topic, time: Self.time(330), silentSince: Self.time(330), isSure: false, isSeparate: false,
          wasAnnounced: nil))
    }
    #expect(findings(log) == 0)
    #expect(findings(log) { $0.append(Self.record("trades", "disconnect", 330, 331)) } == 0)
  }
}
