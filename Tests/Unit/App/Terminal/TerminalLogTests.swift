import Glibc
import Support
import Telemetry
import Testing

@testable import App

@Suite struct TerminalLogTests {
  @Test func aMutedLogWritesNothing() throws {
    var both: [Int32] = [-1, -1]
    try #require(pipe(&both) == 0)
    defer { for descriptor in both { close(descriptor) } }
    let log = TerminalLog(DescriptorSink(descriptor: both[1]), isMuted: false)
    let logger = Logger(label: "a", level: .debug, format: .text, sink: log)
    logger.error("first")
    log.mute()
    logger.error("second")
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(both[0], &bytes, bytes.count)
    let text = String(decoding: bytes[..<max(0, count)], as: UTF8.self)
    #expect(text.hasSuffix(" ERROR a: first\n"))
    #expect(text.count(where: { $0 == "\n" }) == 1)
  }
}
