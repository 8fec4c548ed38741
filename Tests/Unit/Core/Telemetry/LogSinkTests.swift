import Glibc
import Telemetry
import Testing

@Suite struct LogSinkTests {
  @Test func aLineReachesTheDescriptorWhole() {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    defer { ends.forEach { close($0) } }
    Array("one\n".utf8).withUnsafeBytes(DescriptorSink(descriptor: ends[1]).write)
    var buffer = [UInt8](repeating: 0, count: 16)
    let count = read(ends[0], &buffer, buffer.count)
    #expect(count == 4 && Array(buffer[..<4]) == Array("one\n".utf8))
  }

  @Test func aLineThatCannotBeWrittenIsLostWithoutHarm() {
    Array("one\n".utf8).withUnsafeBytes(DescriptorSink(descriptor: -1).write)
  }
}
