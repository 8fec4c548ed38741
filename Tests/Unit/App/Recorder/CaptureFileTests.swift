import Glibc
import Support
import Testing

@testable import App

@Suite struct CaptureFileTests {
  @Test func whatIsAppendedStandsInTheFileAfterAFlushAndAfterTheClose() throws {
    let folder = TemporaryFolder()
    let file = try CaptureFile.create(folder.path, "a")
    try file.append([1, 2])
    #expect(folder.bytes("a") == [])
    try file.flush()
    #expect(folder.bytes("a") == [1, 2])
    try file.append([3])
    try file.close()
    try file.close()
    #expect(folder.bytes("a") == [1, 2, 3])
    #expect(file.bytes == 3)
  }

  @Test func noMoreWaitsThanTheBuffer() throws {
    let folder = TemporaryFolder()
    let file = try CaptureFile.create(folder.path, "a")
    let piece = [UInt8](repeating: 7, count: CaptureFile.bufferBytes - 1)
    try file.append(piece)
    #expect(folder.bytes("a") == [])
    try file.append([8])
    #expect(folder.bytes("a") == piece + [8])
  }

  @Test func nothingThatIsThereIsOverwritten() throws {
    let folder = TemporaryFolder()
    try CaptureFile.create(folder.path, "a").append([1])
    #expect(throws: FileError("a", errno: EEXIST)) { try CaptureFile.create(folder.path, "a") }
    #expect(throws: FileError("b/a", errno: ENOENT)) { try CaptureFile.create(folder.path, "b/a") }
  }

  @Test func aFullDiskIsSaidInTheSystemsWords() throws {
    let file = CaptureFile(name: "x/y", descriptor: open("/dev/full", O_WRONLY))
    try file.append([1])
    let error = #expect(throws: FileError.self) { try file.flush() }
    #expect(error?.description == "x/y: No space left on device")
    #expect(throws: FileError.self) { try file.close() }
  }
}
