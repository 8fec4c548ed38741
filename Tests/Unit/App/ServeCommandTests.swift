import Glibc
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

  @Test(.timeLimit(.minutes(1))) func whileASignalIsWaitedForSomethingElseIsDoneNowAndThen() async throws {
    let (request, times) = try await onThread {
      let signals = ProcessSignals(reloads: false)
      var times = 0
      let request = signals.next(
        whileWaiting: {
          times += 1
          // Blocked on this thread, so that it stays pending until it is waited for.
          if times == 3 { pthread_kill(pthread_self(), SIGTERM) }
        }, everySeconds: 0)
      return (request, times)
    }
    #expect(request == .stop)
    #expect(times == 3)
  }
}
