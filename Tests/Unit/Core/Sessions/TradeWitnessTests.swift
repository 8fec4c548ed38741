import Contract
import Model
import Net
import Support
import Telemetry
import Testing
import Wire

@testable import Sessions

@Suite(.timeLimit(.minutes(1))) struct TradeWitnessTests {
  private func candle(_ minute: Int64, volume: Int) -> Candle {
    let price = FixedDecimal(1)
    return Candle(
      instrument: ToyExchange.alpha, interval: .oneMinute, openTime: Timestamp(microseconds: minute * 60_000_000),
      open: price, high: price, low: price, close: price, baseVolume: FixedDecimal(volume), quoteVolume: nil,
      tradesCount: nil, isClosed: false, receiveTime: .epoch)
  }

  @Test func theNewestCandleWithATradeIsRead() {
    let reading = TradeReading([candle(1, volume: 3), candle(2, volume: 4), candle(3, volume: 0)])
    #expect(reading == TradeReading(openTime: Timestamp(microseconds: 120_000_000), volume: FixedDecimal(4)))
    #expect(TradeReading([]) == TradeReading(openTime: nil, volume: FixedDecimal(0)))
  }

  @Test func theExchangeItselfIsAskedAndAFailureIsNoReading() async throws {
    let (upstream, loop) = (try ToyUpstream(), EventLoop(name: "witness"))
    // A clock that stands: thousands of tests may begin at once, and the deadline is not what is tested.
    let (http, clock) = (HTTPClient(loop: loop), ManualClock())
    let client = ExchangeClient(
      ToyExchange(), address: upstream.httpAddress, http: http, clock: clock,
      counters: ClientCounters(MetricsRegistry(), exchange: "toy"))
    let witness = TradeWitness(ToyExchange(), client: client, clock: clock)
    upstream.answer("/candles", body: #"[[60000,"1","1","1","1","5"],[120000,"1","1","1","1","0"]]"#)
    let reading = await witness.reading(of: ToyExchange.alpha)
    #expect(reading == TradeReading(openTime: Timestamp(microseconds: 60_000_000), volume: FixedDecimal(5)))
    upstream.answer("/candles", status: .notFound, body: "{}")
    #expect(await witness.reading(of: ToyExchange.alpha) == nil)
    await http.shutdown()
    await upstream.stop()
    loop.shutdown()
  }
}
