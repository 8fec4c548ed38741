import Glibc
import Support
import Testing
import Wire

/// What the worst clients can do to the real server, in a process of its own so that its memory can be read.
@Suite(.serialized, .timeLimit(.minutes(1))) struct HostileClientTests {
  /// With the limits of a gateway's client, but for the rate.
  private static func withServer(_ test: (Child, UInt16) throws -> Void) throws {
    let child = try Child(
      ["--max-message", "65536", "--max-fragments", "64"], program: "conformance-server")
    let line = try child.output.line()
    let port = try #require(line.split(separator: ":").last.flatMap { UInt16($0) })
    try test(child, port)
    #expect(try child.ended(by: SIGTERM).code == 0)
  }

  /// Bytes of memory that a process has now (proc(5), statm).
  private static func residentBytes(of process: pid_t?) throws -> Int {
    let process = try #require(process)
    let file = try #require(fopen("/proc/\(process)/statm", "r"))
    defer { fclose(file) }
    var line = [UInt8](repeating: 0, count: 256)
    let count = fread(&line, 1, line.count, file)
    let words = String(decoding: line[..<count], as: UTF8.self).split(separator: " ")
    return try #require(words.dropFirst().first.flatMap { Int($0) }) * sysconf(Int32(_SC_PAGESIZE))
  }

  /// Opens a connection that agreed to compression.
  private static func open(_ port: UInt16) throws -> RawSocket {
    let client = try RawSocket(port: port)
    client.send(
      RawSocket.upgrade("/echo").replacing(
        "Upgrade: websocket\r\n", with: "Upgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"))
    #expect(try client.read(until: "\r\n\r\n").contains("permessage-deflate"))
    return client
  }

  /// A megabyte of zeros in raw DEFLATE, in about a thousand bytes: one literal, then matches of 258 bytes at distance 1
  /// in the fixed code (RFC 1951 section 3.2.6), whose bits are written from the least significant one on.
  private static let bomb: [UInt8] = {
    var (bytes, bits, count) = ([UInt8](), UInt64(0), UInt64(0))
    func put(_ value: UInt64, _ width: UInt64) {
      bits |= value << count
      count += width
      while count >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: bits))
        bits >>= 8
        count -= 8
      }
    }
    put(0b010, 3)  // not the last block; the fixed code
    put(0b0000_1100, 8)  // the literal 0: 00110000, from its most significant bit
    // Length 285 is 11000101, without further bits; distance code 0 is 00000.
    for _ in 0..<4064 { put(0b10100011, 8); put(0, 5) }
    put(0, 7)  // the end of the block
    put(0b000, 3)  // an empty block without compression, whose lengths are not sent
    put(0, (8 - count % 8) % 8)
    return bytes
  }()

  @Test func hostileMessagesAreClosedAndTheirMemoryGivenBack() async throws {
    try await onThread {
      try Self.withServer { child, port in
        // One of each first: what the allocator keeps for the next one is no leak.
        try Self.attack(port)
        let before = try Self.residentBytes(of: child.process)
        for _ in 0..<10 { try Self.attack(port) }
        let after = try Self.residentBytes(of: child.process)
        #expect(after - before <= 8 << 20 || Sanitizer.keepsFreedMemory)
      }
    }
  }

  private static func attack(_ port: UInt16) throws {
    var frame = RawSocket.maskedFrame(opcode: 2, bomb)
    frame[0] |= 0x40
    try expectClose(port, 1009, "message too big", frame)
    // The header of a frame of a gibibyte, and nothing behind it.
    try expectClose(port, 1009, "message too big", [0x82, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4])
    // A hundred thousand fragments of one byte.
    let fragment: [UInt8] = [0x00, 0x81, 1, 2, 3, 4, 0x60]
    try expectClose(
      port, 1008, "too many fragments",
      [0x01, 0x81, 1, 2, 3, 4, 0x60] + Array(repeating: fragment, count: 99_999).flatMap { $0 })
  }

  private static func expectClose(_ port: UInt16, _ code: Int, _ reason: String, _ bytes: [UInt8]) throws {
    let client = try open(port)
    defer { client.close() }
    client.send(bytes)
    let frame = try client.readFrame()
    #expect(frame.closeCode == code)
    #expect(frame.closeReason == reason)
  }
}
