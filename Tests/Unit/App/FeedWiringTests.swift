import Contract
import Net
import Support
import Testing

@testable import App

@Suite(.timeLimit(.minutes(1))) struct FeedWiringTests {
  /// The feed lives on one loop, its exchanges and its client on others.
  @Test func aFeedJoinsExchangesOfSeveralLoops() async throws {
    let pair = try ToyPair(settings: ["LIQUIDATION_EXCHANGES": "toy,second", "WORKERS": "3"])
    try await pair.loaded()
    let address = pair.application.address.replacing("http://", with: "ws://")
    let feeds = (0..<3).map { _ in StreamProbe(address + "/ws/all/liquidations?min_value_usd=0", loop: pair.loop) }
    for feed in feeds {
      guard case .opened = try await feed.next() else {
        Issue.record("not opened")
        return
      }
    }
    for upstream in [pair.toy, pair.other] {
      #expect(try await upstream.nextText() == #"{"op":"open","topics":["liquidations"],"number":1}"#)
      upstream.send(ToyFrames.taken(1))
      upstream.send(ToyFrames.liquidation())
    }
    for feed in feeds {
      let texts = [try await feed.nextText() ?? "", try await feed.nextText() ?? ""]
      #expect(Set(texts.map { $0.contains(#""exchange":"second""#) }) == [true, false])
    }
    await pair.stop()
  }
}
