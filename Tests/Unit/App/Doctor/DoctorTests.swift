import Contract
import Model
import Support
import Testing

@testable import App

@Suite(.timeLimit(.minutes(1))) struct DoctorTests {
  @Test func everyDeclaredChannelIsASubjectAndEachUpstreamTopicIsOneOnce() {
    var missing: [String] = []
    let subjects = StreamSubject.all(of: ToyExchange(), ToyExchange.alpha) { missing.append($0) }
    // The toy's liquidations of one are those of all.
    #expect(subjects.map(\.name) == ["candles 1m", "candles 5m", "candles 1h", "trades", "liquidations"])
    #expect(missing.isEmpty)
    #expect(subjects.filter(\.mayBeQuiet).map(\.name) == ["liquidations"])
  }

  @Test func aDeclaredChannelWithoutATopicIsMissing() {
    var missing: [String] = []
    // Of another exchange: the toy has no topic for it.
    let foreign = Instrument(
      exchange: ExchangeID("other"), symbol: "A", base: "A", quote: "USD", kind: .perpetual, status: .trading,
      tickSize: nil, stepSize: nil, fundingIntervalHours: nil)
    let subjects = StreamSubject.all(of: ToyExchange(), foreign) { missing.append($0) }
    #expect(missing == ["candles 1m", "candles 5m", "candles 1h", "trades", "liquidations"])
    #expect(subjects.map(\.name) == ["liquidations of all"])
    var few = ToyExchange()
    few.declaration.capabilities.features = []
    #expect(StreamSubject.all(of: few, foreign) { missing.append($0) }.isEmpty)
    #expect(missing.count == 5)
  }

  @Test func anExchangeThatIsNotThereIsNamedForEachOfItsInterfaces() async throws {
    let configuration = Configuration(values: ["EXCHANGES": "toy"]).withAddresses(
      of: ToyExchange().id, http: "http://127.0.0.1:1", webSocket: "ws://127.0.0.1:1")
    var doctor = Doctor(configuration: configuration, exchanges: [ToyExchange()], symbols: [])
    doctor.patience = DoctorPatience(question: 5000, acknowledgement: 100, data: 100)
    doctor.tuning.proxy = ""
    let findings = Inbox<DoctorFinding>()
    #expect(await doctor.run { findings.add($0) } == false)
    #expect(findings.pending.map(\.check) == ["instruments", "stream connect"])
    let unreachable = findings.pending.first?.result == .failed("unreachable: the exchange cannot be reached")
    #expect(unreachable)
  }

  @Test func exchangesThatAreNotEnabledAreNotAsked() async {
    let doctor = Doctor(
      configuration: Configuration(values: ["EXCHANGES": "other"]), exchanges: [ToyExchange()], symbols: [])
    let isWell = await doctor.run { Issue.record("asked: \($0)") }
    #expect(isWell)
  }
}
