import Glibc
import Support
import Testing

@testable import App

@Suite struct StateFileTests {
  private func mode(_ path: String) -> mode_t {
    var facts = stat()
    return stat(path, &facts) == 0 ? facts.st_mode & 0o777 : 0
  }

  @Test func aFileIsReplacedAsAWholeAndNothingElseIsLeft() throws {
    let folder = TemporaryFolder()
    let file = StateFile(folder: "\(folder.path)/a/b", name: "bans.json")
    #expect(try file.read(atMost: 100) == nil)
    try file.replace(with: Array("first, and longer".utf8))
    try file.replace(with: Array("second".utf8))
    #expect(try file.read(atMost: 6) == Array("second".utf8))
    #expect(folder.names("a/b") == ["bans.json"])
  }

  @Test func nobodyElseMayReadIt() throws {
    let folder = TemporaryFolder()
    try StateFile(folder: "\(folder.path)/a", name: "b").replace(with: [1])
    #expect(mode("\(folder.path)/a") == 0o700 && mode("\(folder.path)/a/b") == 0o600)
  }

  @Test func aFileThatIsTooLongIsNotRead() throws {
    let folder = TemporaryFolder()
    let file = StateFile(folder: folder.path, name: "long")
    try file.replace(with: [UInt8](repeating: 32, count: 200_001))
    #expect(try file.read(atMost: 200_001)?.count == 200_001)
    #expect(throws: FileError("\(folder.path)/long", "is longer than 200000 bytes")) {
      _ = try file.read(atMost: 200_000)
    }
  }

  @Test func aWriteThatFailsKeepsWhatWasThereAndLeavesNoDraft() throws {
    let folder = TemporaryFolder()
    // A folder cannot be replaced by a file.
    #expect(mkdir("\(folder.path)/taken", 0o700) == 0)
    let file = StateFile(folder: folder.path, name: "taken")
    #expect(throws: FileError("\(folder.path)/taken", errno: EISDIR)) { try file.replace(with: [1]) }
    #expect(folder.names() == ["taken"])
    #expect(throws: FileError("\(folder.path)/taken", errno: EISDIR)) { _ = try file.read(atMost: 1) }
  }

  @Test func aFolderThatCannotBeIsSaidInTheSystemsWords() throws {
    let folder = TemporaryFolder()
    try StateFile(folder: folder.path, name: "file").replace(with: [1])
    let below = "\(folder.path)/file/below"
    #expect(throws: FileError(below, errno: ENOTDIR)) { try StateFile.make(below) }
    #expect(throws: FileError(below, errno: ENOTDIR)) { try StateFile(folder: below, name: "x").replace(with: []) }
    #expect(FileError("f", errno: ENOSPC).description == "f: No space left on device")
  }

  /// A device stands for a disk without room: nothing can be made below it.
  @Test func aDiskThatCannotBeWrittenToIsSaid() {
    #expect(throws: FileError.self) { try StateFile(folder: "/proc/self", name: "x").replace(with: [1]) }
  }
}
