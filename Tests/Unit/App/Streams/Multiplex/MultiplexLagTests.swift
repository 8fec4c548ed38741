import Contract
import Net
import Support
import Testing
import Wire

@testable import App

/// A client that reads nothing for a while, and then all.
@Suite(.timeLimit(.minutes(1))) struct MultiplexLagTests {
  private static let events = 250
  /// Long and many, so that few events fill what the system buffers: some 25 KB each.
  private static let names = (0..<40).map { "toy/ALPHAUSD/ohlc?name=\($0)" + String(repeating: "x", count: 220) }

  private struct Tally {
    var received = 0
    var told = 0
    var last = 0
    var faults: [String] = []
  }

  private static func number(_ name: String, of message: String) -> Int {
    let parts = message.split(separator: "\"\(name)\":", maxSplits: 1)
    return parts.count == 2 ? Int(parts[1].prefix { $0.isNumber }) ?? -1 : -1
  }

  /// Subscribes, waits at the gate, then reads until the last state of every stream has come, and that some are missing.
  private static func readLate(_ port: UInt16, ready: Inbox<Bool>, gate: ThreadGate) throws -> [String: Tally] {
    let socket = try RawSocket(port: port, receiveBuffer: 4096, patienceMilliseconds: 30_000)
    defer { socket.close() }
    guard try socket.openWebSocket("/ws") else { return [:] }
    socket.sendText(MultiplexTalk.subscribe(names))
    guard try socket.readFrame().text.hasPrefix(#"{"type":"subscribed""#) else { return [:] }
    ready.add(true)
    gate.wait()
    var tallies: [String: Tally] = [:]
    var open = Set(names)
    while !open.isEmpty {
      let message = try socket.readFrame().text
      let stream = message.split(separator: #""stream":""#).last?.prefix { $0 != "\"" } ?? ""
      var tally = tallies[String(stream), default: Tally()]
      if message.hasPrefix(#"{"type":"lag""#) {
        tally.told += number("conflated", of: message)
        if !message.contains(#""cause":"slow_consumer""#) { tally.faults.append(message) }
      } else {
        let sequence = number("seq", of: message)
        if sequence <= tally.last { tally.faults.append("\(sequence) after \(tally.last)") }
        tally.received += 1
        tally.last = sequence
      }
      tallies[String(stream)] = tally
      if tally.last == events, tally.told > 0 { open.remove(String(stream)) }
    }
    return tallies
  }

  @Test func whatIsReplacedUnsentIsToldAndTheLastStateComes() async throws {
    let bench = try ToyGateway(settings: ["WORKERS": "1"])
    try await bench.loaded()
    let (ready, gate) = (Inbox<Bool>(), ThreadGate())
    defer { gate.open() }
    let port = bench.application.port
    let late = Task { try await onThread { try Self.readLate(port, ready: ready, gate: gate) } }
    #expect(try await ready.next())
    let witness = try await MultiplexTalk(bench)
    _ = try await witness.subscribe("toy/ALPHAUSD/ohlc")
    try await bench.take("candles(1m):ALPHAUSD")
    // One after the other: states of one instant would be one message.
    for count in 1...Self.events {
      bench.upstream.send(ToyFrames.candle(open: 1_800_000_000_000, close: "\(count)"))
      #expect(try await witness.probe.nextText()?.contains("\"close\":\(count),") == true)
    }
    gate.open()
    let tallies = try await late.value
    #expect(tallies.count == Self.names.count)
    #expect(tallies.values.flatMap(\.faults).isEmpty)
    // States of one instant are one message, and nobody lags for that.
    #expect(tallies.values.allSatisfy { $0.received + $0.told <= Self.events })
    await bench.stop()
  }
}
