import Contract
import Model
import Net
import Support
import Testing

@testable import App

/// One stream endpoint of the made-up exchange, over a real socket.
@Suite(.timeLimit(.minutes(1))) struct StreamExaminationTests {
  private static let trades = StreamSubject(
    name: "trades", topic: UpstreamTopic(ToyExchange.endpoint, "trades:ALPHAUSD"), channel: .trades,
    instrument: ToyExchange.alpha)

  /// The findings, each as `check: result`.
  private func examine(
    data: Int64 = 10_000, script: @escaping @Sendable (ScriptedPeer) -> Void
  ) async -> [String] {
    let server = ScriptedServer(script: script)
    let loop = EventLoop(name: "doctor")
    let findings = Inbox<DoctorFinding>()
    await StreamExamination.run(
      ToyExchange(), ToyExchange.endpoint, subjects: [Self.trades], catalog: ToyExchange.catalog,
      address: "ws://127.0.0.1:\(server.port)", options: WebSocketClientOptions(proxy: ""),
      patience: DoctorPatience(question: 0, acknowledgement: 10_000, data: data), loop: loop
    ) { findings.add($0) }
    loop.shutdown()
    server.stop()
    return findings.pending.map { finding in
      switch finding.result {
      case .ok: "\(finding.check): ok"
      case .quiet: "\(finding.check): quiet"
      case .failed(let detail): "\(finding.check): \(detail)"
      }
    }
  }

  @Test func aTopicThatIsAcknowledgedAndSendsIsOk() async {
    let findings = await examine { peer in
      peer.acceptWebSocket()
      #expect(peer.readFrame()?.payload == Array(#"{"op":"open","topics":["trades:ALPHAUSD"],"number":1}"#.utf8))
      for text in [ToyFrames.taken(1), ToyFrames.trade(id: 1)] { peer.write(ScriptedPeer.frame(text: text)) }
      peer.echo()
    }
    #expect(findings == ["stream connect: ok", "stream trades: ok", "stream messages: ok"])
  }

  @Test func aPathThatIsGoneIsNamedByItsStatus() async {
    let findings = await examine { peer in
      _ = peer.readHead()
      peer.write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
      peer.waitForEnd()
    }
    #expect(findings.count == 2)
    #expect(findings.first?.hasSuffix("(HTTP 404: the path is not the exchange's any more)") == true)
    #expect(findings.last == "stream trades: there is no connection")
  }

  @Test func aWrongPathThatAcknowledgesAndIsSilentIsNamed() async {
    let findings = await examine(data: 300) { peer in
      peer.acceptWebSocket()
      _ = peer.readFrame()
      peer.write(ScriptedPeer.frame(text: ToyFrames.taken(1)))
      peer.echo()
    }
    #expect(findings.dropFirst().first?.hasPrefix("stream trades: acknowledged, then silent") == true)
  }

  @Test func messagesOfAnotherFormAreNamedByTheirFirst() async {
    let findings = await examine(data: 1000) { peer in
      peer.acceptWebSocket()
      _ = peer.readFrame()
      for text in [ToyFrames.taken(1), #"{"trade":{"symbol":"ALPHAUSD"}}"#] {
        peer.write(ScriptedPeer.frame(text: text))
      }
      peer.write(ScriptedPeer.frame(0x82, Array("{".utf8)))
      peer.echo()
    }
    #expect(findings.last?.hasPrefix("stream messages: 2 of 3 could not be read; the first: byte 0, ") == true)
  }

  @Test func aConnectionThatIsCutIsNamed() async {
    let findings = await examine { peer in
      peer.acceptWebSocket()
      _ = peer.readFrame()
      peer.close()
    }
    #expect(findings.last?.hasPrefix("stream trades: the connection ended: ") == true)
  }
}
