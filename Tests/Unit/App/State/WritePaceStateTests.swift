import Testing

@testable import App

@Suite struct WritePaceStateTests {
  @Test func theFirstChangeIsWrittenAtOnceAndTheNextWhenTheSpacingIsOver() {
    var pace = WritePaceState(spacing: 1000)
    #expect(pace.changed(now: 5) == .write)
    #expect(pace.changed(now: 6) == .wait(milliseconds: 999))
    #expect(pace.changed(now: 7) == .nothing)
    #expect(pace.waited(now: 1005) == .write)
    #expect(pace.changed(now: 1006) == .wait(milliseconds: 999))
  }

  @Test func afterAQuietTimeAChangeIsWrittenAtOnce() {
    var pace = WritePaceState(spacing: 1000)
    _ = pace.changed(now: 0)
    #expect(pace.changed(now: 1000) == .write)
    #expect(pace.changed(now: 50_000) == .write)
  }

  @Test func aWaitThatNobodyAskedForWritesNothing() {
    var pace = WritePaceState(spacing: 1000)
    #expect(pace.waited(now: 0) == .nothing)
  }

  @Test func aFloodIsWrittenOnceASpacing() {
    var pace = WritePaceState(spacing: 1000)
    var (writes, due) = (0, Int64?.none)
    for now in 0..<Int64(60_000) {
      if let end = due, now >= end {
        due = nil
        if pace.waited(now: now) == .write { writes += 1 }
      }
      switch pace.changed(now: now) {
      case .write: writes += 1
      case .wait(let milliseconds): due = now + milliseconds
      case .nothing: break
      }
    }
    #expect(writes == 60)
  }
}
