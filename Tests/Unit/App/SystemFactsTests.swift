import Glibc
import Support
import Testing

@testable import App

@Suite struct SystemFactsTests {
  @Test func theMachineHasACore() {
    #expect(SystemFacts.coreCount >= 1)
  }

  @Test func theEnvironmentIsRead() throws {
    let path = try #require(getenv("PATH"))
    #expect(SystemFacts.environment["PATH"] == String(cString: path))
  }

  @Test func theExecutableHasAFolder() {
    #expect(SystemFacts.executableFolder.hasPrefix("/"))
    #expect(access(SystemFacts.executableFolder, X_OK) == 0)
  }

  @Test func aFileIsReadWholeAndAMissingOneIsNone() {
    #expect(SystemFacts.text(ofFile: "\(Repository.root)/LICENSE") == Repository.text("LICENSE"))
    #expect(SystemFacts.text(ofFile: "/proc/nonexistent") == nil)
    #expect(SystemFacts.text(ofFile: "/") == nil)
  }

  @Test func aFileWithoutAnEndIsNotRead() {
    #expect(SystemFacts.text(ofFile: "/dev/zero") == nil)
  }

  @Test func ofAFirstLineNoMoreIsReadThanALineNeeds() {
    let license = Repository.text("LICENSE")?.split(separator: "\n", omittingEmptySubsequences: false).first
    #expect(SystemFacts.firstLine(ofFile: "\(Repository.root)/LICENSE") == license.map(String.init))
    #expect(SystemFacts.firstLine(ofFile: "/dev/zero")?.utf8.count == 4096)
    #expect(SystemFacts.firstLine(ofFile: "/proc/nonexistent") == nil)
    #expect(SystemFacts.firstLine(ofFile: "/") == nil)
  }
}
