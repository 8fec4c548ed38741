import Testing

@testable import App

/// The texts are those of sd_notify(3).
@Suite struct SystemdMessageTests {
  @Test(arguments: [
    (SystemdMessage.ready(status: "listening"), "READY=1\nSTATUS=listening"),
    (.reloading(monotonicMicroseconds: 1234), "RELOADING=1\nMONOTONIC_USEC=1234"),
    (.stopping, "STOPPING=1"), (.watchdog, "WATCHDOG=1"),
  ])
  func messagesAreAssignments(message: SystemdMessage, text: String) {
    #expect(message.text == text)
  }

  @Test func aStatusCannotAddAnAssignment() {
    #expect(SystemdMessage.ready(status: "a\nMAINPID=1\r\nb").text == "READY=1\nSTATUS=a MAINPID=1 b")
  }

  @Test func onlyASignOfLifeWaitsForNobody() {
    #expect(!SystemdMessage.watchdog.mayWait)
    #expect(SystemdMessage.stopping.mayWait)
  }
}
