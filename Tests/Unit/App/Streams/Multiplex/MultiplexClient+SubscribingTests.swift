import Model
import Net
import PublicJSON
import Services
import Support
import Testing

@testable import App

/// The answer to a subscribe, and what is said before, after and instead of data; the publishers' part is played by hand.
@Suite(.timeLimit(.minutes(1))) struct MultiplexClientSubscribingTests {
  private static let liquidations = "all/liquidations?min_value_usd=0"
  private static let topic = BusTopic.feed(.liquidations)
  private static let stale = StreamNotice(.stale, exchange: ExchangeID("toy"), since: .epoch, cause: "disconnect")

  private func joined(_ streams: String...) -> String {
    let rows = streams.map { #"{"stream":"\#($0)","epoch":9,"seq":0,"recovered":null}"# }
    return #"{"type":"subscribed","id":1,"streams":[\#(rows.joined(separator: ","))]}"#
  }

  private func isData(_ message: String?, _ sequence: Int) -> Bool {
    message?.hasPrefix(#"{"type":"liquidation","stream":"\#(Self.liquidations)","seq":\#(sequence),"exchange":"toy""#)
      == true
  }

  private let staleText =
    #"{"type":"stale","stream":"\#(liquidations)","since":"1970-01-01T00:00:00Z","cause":"disconnect","exchange":"toy"}"#

  @Test func theAnswerWaitsForAllAndEverythingWaitsForTheAnswer() async throws {
    let bench = try LaneBench()
    let probe = try await bench.connect()
    probe.send(MultiplexTalk.subscribe([Self.liquidations, "instruments"]))
    let (first, second) = (try await bench.nextJoin(), try await bench.nextJoin())
    #expect(first.topic == Self.topic && second.topic == .feed(.instruments))
    #expect(first.isNumbered && first.form == .liquidation && second.form == .listing)
    bench.admit(first, notices: [Self.stale], events: [LaneBench.liquidation(1)])
    bench.hand(.event(Self.topic, LaneBench.liquidation(2)))
    bench.hand(.notice(Self.topic, Self.stale))
    bench.admit(second)
    bench.hand(.event(Self.topic, LaneBench.liquidation(3)))
    #expect(try await probe.nextText() == joined(Self.liquidations, "instruments"))
    #expect(try await probe.nextText() == staleText)
    for sequence in 1...2 { #expect(isData(try await probe.nextText(), sequence)) }
    #expect(try await probe.nextText() == staleText)
    #expect(isData(try await probe.nextText(), 3))
    await bench.stop()
  }

  @Test func whereTooMuchWaitsWhatHasJoinedIsSetFree() async throws {
    var limits = MultiplexLimits()
    limits.heldEvents = 3
    let bench = try LaneBench(limits)
    let probe = try await bench.connect()
    probe.send(MultiplexTalk.subscribe([Self.liquidations, "instruments"]))
    let (first, second) = (try await bench.nextJoin(), try await bench.nextJoin())
    bench.admit(first, events: (1...5).map { LaneBench.liquidation($0) })
    #expect(try await probe.nextText() == joined(Self.liquidations))
    for sequence in 1...5 { #expect(isData(try await probe.nextText(), sequence)) }
    bench.admit(second)
    #expect(try await probe.nextText() == joined("instruments"))
    await bench.stop()
  }

  @Test func whoLeavesBeforeTheAnswerIsNotInIt() async throws {
    let bench = try LaneBench()
    let probe = try await bench.connect()
    probe.send(MultiplexTalk.subscribe([Self.liquidations, "instruments"]))
    let (first, second) = (try await bench.nextJoin(), try await bench.nextJoin())
    probe.send(#"{"op":"unsubscribe","id":2,"args":["instruments"]}"#)
    #expect(try await probe.nextText() == #"{"type":"unsubscribed","id":2,"streams":["instruments"]}"#)
    bench.admit(first, events: [LaneBench.liquidation(1)])
    #expect(try await probe.nextText() == joined(Self.liquidations))
    #expect(isData(try await probe.nextText(), 1))
    bench.admit(second)
    probe.send(#"{"op":"list","id":3}"#)
    #expect(
      try await probe.nextText()
        == #"{"type":"list","id":3,"streams":[{"stream":"\#(Self.liquidations)","epoch":9,"seq":1}]}"#)
    await bench.stop()
  }

  @Test(arguments: [false, true]) func aStreamThatIsOverIsSaidToBe(isAnswered: Bool) async throws {
    let bench = try LaneBench()
    let probe = try await bench.connect()
    probe.send(MultiplexTalk.subscribe([Self.liquidations, "instruments"]))
    let (first, second) = (try await bench.nextJoin(), try await bench.nextJoin())
    bench.admit(first, events: [LaneBench.liquidation(1)])
    if isAnswered { bench.admit(second) }
    bench.hand(.end(Self.topic, reason: "it was delisted"))
    if !isAnswered { bench.admit(second) }
    #expect(try await probe.nextText() == joined(Self.liquidations, "instruments"))
    #expect(isData(try await probe.nextText(), 1))
    #expect(
      try await probe.nextText() == #"{"type":"ended","stream":"\#(Self.liquidations)","detail":"it was delisted"}"#)
    probe.send(#"{"op":"list","id":3}"#)
    #expect(
      try await probe.nextText()
        == #"{"type":"list","id":3,"streams":[{"stream":"instruments","epoch":9,"seq":0}]}"#)
    // It may be asked for again.
    probe.send(MultiplexTalk.subscribe([Self.liquidations]))
    bench.admit(try await bench.nextJoin())
    #expect(try await probe.nextText() == joined(Self.liquidations))
    await bench.stop()
  }

  @Test func thePointToComeBackToIsHandedOn() async throws {
    let bench = try LaneBench()
    let probe = try await bench.connect()
    probe.send(MultiplexTalk.subscribe(["instruments"], since: #""instruments":{"epoch":9,"seq":4}"#))
    #expect(try await bench.nextJoin().since == ResumePoint(epoch: 9, sequence: 4))
    await bench.stop()
  }
}
