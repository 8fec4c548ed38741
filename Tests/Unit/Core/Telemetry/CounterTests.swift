import Telemetry
import Testing

@Suite struct CounterTests {
  @Test func aCounterAddsUp() {
    let counter = Counter()
    #expect(counter.value == 0)
    counter.increment()
    counter.increment(by: 41)
    #expect(counter.value == 42)
  }

  @Test func itIsRaisedAndNeverLowered() {
    let counter = Counter()
    counter.raise(to: 5)
    counter.raise(to: 3)
    #expect(counter.value == 5)
  }

  @Test func nothingIsLostBetweenTasks() async {
    let counter = Counter()
    await withTaskGroup { group in
      for _ in 0..<8 {
        group.addTask { for _ in 0..<1000 { counter.increment() } }
      }
    }
    #expect(counter.value == 8000)
  }
}
