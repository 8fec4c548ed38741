import Net
import Support
import Testing

@testable import App

@Suite(.timeLimit(.minutes(1))) struct LoopWatchdogTests {
  private let loops = [EventLoop(name: "first"), EventLoop(name: "second")]
  private let signs = Inbox<Bool>()

  private func watchdog(everyMilliseconds beat: Int64 = 3_600_000) -> LoopWatchdog {
    LoopWatchdog(loops, beatMilliseconds: beat) { [signs] in signs.add(true) }
  }

  private func settled() async { for loop in loops { await loop.settled() } }

  private func end() { for loop in loops { loop.shutdown() } }

  @Test func aBeatThatEveryLoopAnswersIsASignOfLife() async throws {
    let watchdog = watchdog()
    for _ in 1...3 {
      watchdog.beat()
      #expect(try await signs.next())
    }
    await settled()
    #expect(signs.pending.isEmpty)
    end()
  }

  @Test func aLoopThatIsStuckStopsTheSignsAndOneThatGoesOnBringsThemBack() async throws {
    let (watchdog, gate, blocked) = (watchdog(), ThreadGate(), Inbox<Bool>())
    loops[1].post {
      blocked.add(true)
      gate.wait()
    }
    _ = try await blocked.next()
    for _ in 1...5 { watchdog.beat() }
    await loops[0].settled()
    #expect(signs.pending.isEmpty)
    gate.open()
    #expect(try await signs.next())
    await settled()
    // The beats in between began no rounds of their own.
    #expect(signs.pending.isEmpty)
    watchdog.beat()
    #expect(try await signs.next())
    end()
  }

  @Test func itBeatsByItselfUntilTheLoopsEnd() async throws {
    watchdog(everyMilliseconds: 1).start()
    for _ in 1...3 { #expect(try await signs.next()) }
    end()
  }

  @Test func nothingOfItOutlivesTheLoops() async throws {
    weak var gone: LoopWatchdog?
    do {
      let watchdog = watchdog()
      gone = watchdog
      watchdog.start()
      _ = try await signs.next()
    }
    end()
    #expect(gone == nil)
  }
}
