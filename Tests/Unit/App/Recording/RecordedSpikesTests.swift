import Contract
import Exchanges
import Model
import Services
import Testing
import Wire

@testable import App

/// The build-ups of open interest that are planted in the recording are the spikes of the demo, and nothing else is.
@Suite struct RecordedSpikesTests {
  private static let exchange = Binance()
  /// The loop of open interest.
  private static let loopMinutes: Int64 = 1500

  /// What Python found (`expect.py`): the score by symbol, timeframe and the minute of the loop the bar ends at.
  private func expected() throws -> [String: Double] {
    let rows = try #require(try RecordingFixture.expected()["spikes"]?.array)
    var scores: [String: Double] = [:]
    for row in rows {
      guard let symbol = row["symbol"]?.string, let timeframe = row["timeframe"]?.string,
        let minute = row["minute"]?.integer, case .number(let score)? = row["score"]
      else { continue }
      scores["\(symbol) \(timeframe) \(minute)"] = Double(score)
    }
    #expect(scores.count == rows.count)
    return scores
  }

  /// The recording's answer to a question.
  private func ask<Row>(_ inquiry: Inquiry<[Row]>?) throws -> [Row] {
    let target = try #require(inquiry?.requests.first?.target)
    let parts = target.split(separator: "?")
    let pairs = parts[1].split(separator: "&").map { $0.split(separator: "=").map(String.init) }
    let values = Dictionary(uniqueKeysWithValues: pairs.map { ($0[0], $0[1]) })
    let now = RecordingFixture.now
    let reply = try RecordingFixture.bundled.get().answer(
      "GET", String(parts[0]), query: { values[$0] }, body: [], now: now)
    let askTime = try #require(Timestamp(milliseconds: now))
    return try inquiry?.read([UpstreamReply(status: reply.status, body: reply.body, askTime: askTime)]) ?? []
  }

  /// Each bar of one loop, as a watch would see it.
  private func spikes(_ symbol: String, _ rule: SpikeRule) throws -> [Spike] {
    let instrument = Instrument(
      exchange: Self.exchange.id, symbol: symbol, base: symbol, quote: "USDT", kind: .perpetual, status: .trading,
      tickSize: nil, stepSize: nil, fundingIntervalHours: 8)
    let bars = Int(Self.loopMinutes * 60_000 / rule.timeframe.nominalMilliseconds)
    let query = HistoryQuery(instrument: instrument, interval: rule.timeframe, limit: bars + SpikeRule.baselineBars + 1)
    let candles = try ask(Self.exchange.candles(query)).filter(\.isClosed)
    let samples = try ask(Self.exchange.openInterestHistory(query))
    var series = SpikeSeries(instrument, rule: rule)
    var found: [Spike] = []
    for (index, candle) in candles.enumerated() {
      let end = rule.timeframe.endTime(ofCandleAt: candle.openTime)
      series.add([candle])
      series.add(samples.filter { $0.exchangeTime == end })
      if index >= SpikeRule.baselineBars, case .spike(let spike) = series.judge(now: end) { found.append(spike) }
    }
    #expect(candles.count == bars + SpikeRule.baselineBars)
    return found
  }

  @Test func everyPlantedBarIsASpikeWithPythonsScoreAndNoOtherIs() throws {
    var missing = try expected()
    for instrument in try RecordingFixture.bundled.get().instruments {
      for rule in SpikeRule.all {
        for spike in try spikes(instrument.symbol, rule) {
          let minute = spike.barEnd.milliseconds / 60_000 % Self.loopMinutes
          let name = "\(instrument.symbol) \(rule.timeframe) \(minute)"
          guard let score = missing.removeValue(forKey: name), let own = spike.openInterestScore else {
            Issue.record("\(name) is no spike: \(spike)")
            continue
          }
          #expect(abs(own - score) <= 1e-9 * score, "\(name)")
          #expect(spike.volumeScore.map { $0 < rule.threshold } == true && !spike.isConfirmed, "\(name)")
        }
      }
    }
    #expect(missing.isEmpty, "\(missing.keys.sorted().prefix(5))")
  }

  @Test func atAnyTimeABarOfFiveMinutesIsASpike() throws {
    let ends = try expected().keys.filter { $0.contains(" 5m ") }.compactMap { $0.split(separator: " ").last }
    #expect(Set(ends).count == Int(Self.loopMinutes / 5))
  }
}
