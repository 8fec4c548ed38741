import Net
import Support
import Testing

@testable import App

@Suite struct ServeCommandTests {
  @Test func exitCodesAreThoseOfTheContract() {
    #expect(ServeCommand.ExitCode.stopped == 0)
    #expect(ServeCommand.ExitCode.failed == 1)
    #expect(ServeCommand.ExitCode.badConfiguration == 2)
  }

  @Test(.timeLimit(.minutes(1))) func blockingWorkIsWaitedFor() async throws {
    let done = Lock(false)
    try await onThread {
      Blocking.run {
        await Task.yield()
        done.withLock { $0 = true }
      }
    }
    #expect(done.withLock { $0 })
  }
}
