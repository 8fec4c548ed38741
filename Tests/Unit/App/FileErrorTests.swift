import Glibc
import Testing

@testable import App

@Suite struct FileErrorTests {
  @Test func itNamesTheFileAndTheSystemsReason() {
    #expect("\(FileError("bans.json", errno: ENOSPC))" == "bans.json: No space left on device")
    #expect("\(FileError("tape", "is cut"))" == "tape: is cut")
  }
}
