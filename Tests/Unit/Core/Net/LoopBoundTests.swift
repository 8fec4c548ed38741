import Testing

@testable import Net

@Suite(.timeLimit(.minutes(1))) struct LoopBoundTests {
  @Test func givesItsValueOnItsLoop() async {
    await withLoop { loop in
      let bound = LoopBound(Held(7), loop: loop)
      let value = await loop.run { bound.value.value }
      #expect(value == 7)
    }
  }

  @Test func stopsTheProgramOnAnotherThread() async {
    await #expect(processExitsWith: .failure) {
      let loop = EventLoop(name: "test")
      _ = LoopBound(1, loop: loop).value
    }
  }
}
