import Net
import Support
import Testing

@testable import App

@Suite(.timeLimit(.minutes(1))) struct SystemdNotifierTests {
  @Test func withoutASocketThereIsNothingToTell() {
    #expect(SystemdNotifier(environment: [:]) == nil)
  }

  @Test(arguments: [false, true]) func messagesArriveAtAPathAndAtAnAbstractName(isAbstract: Bool) async throws {
    let socket = NotifySocket(isAbstract: isAbstract)
    let notifier = try #require(SystemdNotifier(environment: ["NOTIFY_SOCKET": socket.address]))
    let sent = [notifier.send(.ready(status: "here")), notifier.send(.watchdog), notifier.send(.stopping)]
    #expect(sent == [true, true, true])
    let came = try await onThread { try [socket.next(), socket.next(), socket.next()] }
    #expect(came == ["READY=1\nSTATUS=here", "WATCHDOG=1", "STOPPING=1"])
    #expect(socket.pending == nil)
  }

  @Test(arguments: ["/proc/nonexistent/notify", "@marketgate-nobody-listens-here"])
  func whoDoesNotListenIsNotWaitedFor(address: String) throws {
    let notifier = try #require(SystemdNotifier(environment: ["NOTIFY_SOCKET": address]))
    #expect(!notifier.send(.ready(status: "")))
    #expect(!notifier.send(.watchdog))
  }

  /// A manager that reads nothing must not hold up a loop.
  @Test func aSignOfLifeIsLostRatherThanWaitedFor() throws {
    let socket = NotifySocket(isAbstract: true)
    let notifier = try #require(SystemdNotifier(environment: ["NOTIFY_SOCKET": socket.address]))
    // The kernel queues some (net.unix.max_dgram_qlen, and the buffer's bytes), but not this many.
    let sent = (0..<100_000).prefix { _ in notifier.send(.watchdog) }.count
    #expect(sent > 0 && sent < 100_000)
  }

  @Test func loopsThatTurnAreToldOfWhereItIsAskedFor() async throws {
    let socket = NotifySocket(isAbstract: true)
    let loop = EventLoop(name: "watched")
    let asked = ["NOTIFY_SOCKET": socket.address, "WATCHDOG_USEC": "2000"]
    try #require(SystemdNotifier(environment: asked)).watch([loop])
    let came = try await onThread { try [socket.next(), socket.next(), socket.next()] }
    #expect(came == ["WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"])
    loop.shutdown()
  }

  @Test func whereNoSignsAreAskedForThereAreNone() async throws {
    let socket = NotifySocket(isAbstract: true)
    let loop = EventLoop(name: "watched")
    try #require(SystemdNotifier(environment: ["NOTIFY_SOCKET": socket.address])).watch([loop])
    await loop.settled()
    loop.shutdown()
    #expect(socket.pending == nil)
  }
}
