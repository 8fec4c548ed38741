import Contract
import Model
import Net
import Support
import Telemetry
import Testing
import Wire

@testable import Sessions

/// What a tap of a session sees.
@Suite(.timeLimit(.minutes(1))) struct FrameTapTests {
  private final class Tap: FrameTap, ConnectionTap {
    let inbox: Inbox<String>

    init(_ inbox: Inbox<String>) { self.inbox = inbox }

    func connecting(to endpoint: StreamEndpoint) -> any ConnectionTap {
      inbox.add("connecting to \(endpoint.path)")
      return self
    }

    func opened(at time: Timestamp) { inbox.add("opened") }

    func received(text: UnsafeRawBufferPointer, receiveMicroseconds: Int64) {
      inbox.add("text \(String(decoding: text, as: UTF8.self))")
    }

    func received(binary: UnsafeRawBufferPointer, receiveMicroseconds: Int64) { inbox.add("binary \(Array(binary))") }

    func sent(_ text: String, at time: Timestamp) { inbox.add("sent \(text)") }

    func closed(_ reason: String, at time: Timestamp) { inbox.add("closed") }
  }

  @Test func itSeesEachMessageOfEachConnectionAsItIs() async throws {
    let frames = [
      ScriptedPeer.frame(text: "{ not json"), ScriptedPeer.frame(0x82, [0xff, 0]),
      // One message in two fragments.
      ScriptedPeer.frame(0x01, Array("ab".utf8)), ScriptedPeer.frame(0x80, Array("c".utf8)),
    ]
    let server = ScriptedServer { peer in
      peer.acceptWebSocket()
      _ = peer.readFrame()
      for frame in frames { peer.write(frame) }
      peer.close()
    }
    let loop = EventLoop(name: "tap")
    let inbox = Inbox<String>()
    let streams = ExchangeStreams(
      ToyExchange(),
      environment: ExchangeStreams.Environment(
        loop: loop, clock: SystemClock(), address: "ws://127.0.0.1:\(server.port)",
        options: WebSocketClientOptions(proxy: ""), backoff: Backoff(first: 2, cap: 8, calm: 60_000), logger: .silent,
        counters: SessionCounters(MetricsRegistry(), exchange: "toy"), health: StreamHealth())
    ) { ToyExchange.catalog }
    streams.tap = Tap(inbox)
    let bound = LoopBound(streams, loop: loop)
    loop.post { bound.value.open(Topic(.trades, of: ToyExchange.alpha)) }
    for _ in 0..<2 {
      var seen: [String] = []
      for _ in 0..<7 { seen.append(try await inbox.next()) }
      #expect(
        seen == [
          "connecting to /stream", "opened", #"sent {"op":"open","topics":["trades:ALPHAUSD"],"number":1}"#,
          "text { not json", "binary [255, 0]", "text abc", "closed",
        ])
    }
    loop.post { bound.value.stop() }
    await loop.settled()
    server.stop()
    loop.shutdown()
  }
}
