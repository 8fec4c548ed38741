import Contract
import Model
import Net
import Support
import Telemetry
import Testing
import Wire

@testable import Sessions

/// Keeps what a session tells its owner.
private final class Owner: ExchangeSessionDelegate {
  let events = Inbox<Int>()
  let interruptions = Inbox<Set<UpstreamTopic>>()
  let subscriptions = Inbox<[UpstreamTopic]>()
  let refusals = Inbox<[UpstreamTopic]>()

  func session(_ session: ExchangeSession, received events: [MarketEvent], now: Int64) { self.events.add(events.count) }
  func session(_ session: ExchangeSession, subscribed topics: [UpstreamTopic]) { subscriptions.add(topics) }
  func session(_ session: ExchangeSession, refused topics: [UpstreamTopic]) { refusals.add(topics) }
  func session(_ session: ExchangeSession, confirmed topics: Set<UpstreamTopic>) {}
  func session(_ session: ExchangeSession, interrupted topics: Set<UpstreamTopic>, cause: BreakCause) {
    interruptions.add(topics)
  }
  func session(_ session: ExchangeSession, restored topics: Set<UpstreamTopic>) {}
  func sessionChanged(_ session: ExchangeSession) {}
  func sessionReturned(_ session: ExchangeSession) {}
  func session(_ session: ExchangeSession, wantsSuccessor reason: String) {}
  func sessionEnded(_ session: ExchangeSession) {}
  func sessionFailed(_ session: ExchangeSession) {}
  func attempt(by session: ExchangeSession) -> Int64? { nil }
}

/// Keeps what a session could not read.
private struct Shelf: FrameQuarantine {
  let frames = Inbox<String>()

  func keep(
    _ message: UnsafeRawBufferPointer, _ error: FrameError, endpoint: StreamEndpoint, receiveTime: Timestamp
  ) {
    frames.add("\(endpoint.name) \(error.offset) \(String(decoding: message, as: UTF8.self))")
  }
}

@Suite(.timeLimit(.minutes(1))) struct ExchangeSessionTests {
  private static let topic = UpstreamTopic(ToyExchange.endpoint, "trades:ALPHAUSD")

  private struct Bench {
    let upstream: ToyUpstream
    let loop = EventLoop(name: "session")
    let registry = MetricsRegistry()
    let owner: LoopBound<Owner>
    let session: LoopBound<ExchangeSession>
    let events: Inbox<Int>
    let interruptions: Inbox<Set<UpstreamTopic>>
    let shelf = Shelf()
    let subscriptions: Inbox<[UpstreamTopic]>
    let refusals: Inbox<[UpstreamTopic]>

    init() throws {
      upstream = try ToyUpstream()
      let owner = Owner()
      let environment = SessionEnvironment(
        exchange: ToyExchange(), limits: ToyExchange().declaration.streams, loop: loop, clock: SystemClock(),
        address: upstream.webSocketAddress,
        options: WebSocketClientOptions(), backoff: Backoff(first: 2, cap: 8, calm: 60_000), logger: .silent,
        counters: SessionCounters(registry, exchange: "toy"), instruments: { ToyExchange.catalog }, quarantine: shelf)
      session = LoopBound(
        ExchangeSession(ToyExchange.endpoint, environment: environment, seed: 1, delegate: owner), loop: loop)
      (events, interruptions) = (owner.events, owner.interruptions)
      (subscriptions, refusals) = (owner.subscriptions, owner.refusals)
      self.owner = LoopBound(owner, loop: loop)
    }

    func want(_ topics: Set<UpstreamTopic>) { loop.post { session.value.want(topics) } }

    var text: String { String(decoding: registry.prometheusText, as: UTF8.self) }

    func stop() async {
      loop.post { session.value.stop() }
      await upstream.stop()
      loop.shutdown()
    }
  }

  @Test func itConnectsToTheEndpointsPathAndSubscribes() async throws {
    let bench = try Bench()
    bench.want([Self.topic])
    #expect(try await bench.upstream.nextText() == #"{"op":"open","topics":["trades:ALPHAUSD"],"number":1}"#)
    #expect(bench.upstream.targets == ["/stream"])
    await bench.stop()
  }

  @Test func aBadMessageTakesItsOwnEventsBackAndNoOthers() async throws {
    let bench = try Bench()
    bench.want([Self.topic])
    _ = try await bench.upstream.nextText()
    bench.upstream.send(ToyFrames.trade(id: 1))
    bench.upstream.send("{")
    bench.upstream.send(ToyFrames.trade(id: 2))
    var count = 0
    while count < 2 { count += try await bench.events.next() }
    #expect(count == 2)
    #expect(bench.text.contains(#"marketgate_upstream_undecodable_messages_total{exchange="toy"} 1"#))
    await bench.stop()
  }

  @Test func aMessageThatCannotBeReadIsHandedToTheQuarantineAndNoOther() async throws {
    let bench = try Bench()
    bench.want([Self.topic])
    _ = try await bench.upstream.nextText()
    for text in ["[1,", ToyFrames.trade(id: 1), "{}", "\"\u{e9}"] { bench.upstream.send(text) }
    bench.upstream.send(ToyFrames.trade(id: 2))
    var count = 0
    while count < 2 { count += try await bench.events.next() }
    #expect(bench.shelf.frames.pending == ["stream 3 [1,", "stream 3 \"\u{e9}"])
    await bench.stop()
  }

  @Test func anEventOfAnUnknownInstrumentIsCounted() async throws {
    let bench = try Bench()
    bench.want([Self.topic])
    _ = try await bench.upstream.nextText()
    bench.upstream.send(ToyFrames.trade("NOPEUSD", id: 1))
    bench.upstream.send(ToyFrames.trade(id: 2))
    #expect(try await bench.events.next() == 1)
    #expect(bench.text.contains(#"marketgate_upstream_unknown_instruments_total{exchange="toy"} 1"#))
    await bench.stop()
  }

  @Test func whatTheDecoderDoesNotKnowIsCounted() async throws {
    let bench = try Bench()
    bench.want([Self.topic])
    _ = try await bench.upstream.nextText()
    for frame in ["{}", "[]", "null", #"{"novel":1}"#] { bench.upstream.send(frame) }
    bench.upstream.send(ToyFrames.trade(id: 1).replacing(#""id""#, with: #""novel":{},"id""#))
    #expect(try await bench.events.next() == 1)
    #expect(bench.text.contains(#"marketgate_upstream_unknown_fields_total{exchange="toy"} 1"#))
    #expect(bench.text.contains(#"marketgate_upstream_unknown_messages_total{exchange="toy"} 4"#))
    await bench.stop()
  }

  @Test func whatItCarriedIsReportedWhenTheConnectionIsGone() async throws {
    let bench = try Bench()
    bench.want([Self.topic])
    _ = try await bench.upstream.nextText()
    bench.upstream.closeAll(.goingAway)
    #expect(try await bench.interruptions.next() == [Self.topic])
    #expect(try await bench.upstream.nextText().contains("open"))
    await bench.stop()
  }

  @Test func whatIsSubscribedRenewedAndRefusedIsTold() async throws {
    let bench = try Bench()
    bench.want([Self.topic])
    #expect(try await bench.subscriptions.next() == [Self.topic])
    bench.upstream.send(ToyFrames.taken(1))
    bench.upstream.send(ToyFrames.trade(id: 1))
    _ = try await bench.events.next()
    bench.loop.post { bench.session.value.renew([Self.topic]) }
    _ = try await bench.upstream.nextText()
    #expect(try await bench.upstream.nextText() == #"{"op":"close","topics":["trades:ALPHAUSD"],"number":2}"#)
    #expect(try await bench.upstream.nextText() == #"{"op":"open","topics":["trades:ALPHAUSD"],"number":3}"#)
    #expect(try await bench.subscriptions.next() == [Self.topic])
    bench.upstream.send(ToyFrames.refused(3))
    #expect(try await bench.refusals.next() == [Self.topic])
    await bench.stop()
  }

  @Test func stoppingClosesTheConnection() async throws {
    let bench = try Bench()
    bench.want([Self.topic])
    _ = try await bench.upstream.nextText()
    bench.loop.post { bench.session.value.stop() }
    while try await bench.upstream.next() != .closed {}
    await bench.upstream.stop()
    bench.loop.shutdown()
  }
}
