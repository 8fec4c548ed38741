import Glibc
import Support
import Testing

@testable import App

/// What hostile clients cost in memory, at the built program: the most it ever had while they were there, against what it
/// had before.
@Suite(.serialized, .timeLimit(.minutes(2))) struct MemoryTests {
  private static let allowedKibibytes = 8 * 1024
  private static let get = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"

  /// Runs an attack against a gateway that has answered some requests, and expects that it stays small and alive.
  private static func expectSmall(_ attack: (UInt16) throws -> Void) throws {
    let child = try Child(["serve", "--demo", "--port", "0", "--recordings", "\(Repository.root)/Recordings"])
    let port = try child.port()
    let first = try RawSocket(port: port)
    // The recording is loaded, the allocator has what ordinary work needs.
    while true {
      first.send("GET /binance/ohlc/BTCUSDT/1m?limit=1500 HTTP/1.1\r\nHost: localhost\r\n\r\n")
      if try first.readResponse().head.hasPrefix("HTTP/1.1 200 ") { break }
    }
    for _ in 0..<200 {
      first.send(get)
      _ = try first.readResponse()
    }
    let before = try child.memory("VmRSS")
    try child.forgetPeakMemory()
    try attack(port)
    let most = try child.memory("VmHWM")
    #expect(most - before <= allowedKibibytes || Sanitizer.keepsFreedMemory, "from \(before) KiB to \(most) KiB")
    first.send(get)
    #expect(try first.readResponse().head.hasPrefix("HTTP/1.1 200 "))
    #expect(try child.ended(by: SIGTERM).code == 0)
  }

  @Test func tenThousandPipelinedRequestsAreAnsweredOneAfterTheOther() async throws {
    try await onThread {
      try Self.expectSmall { port in
        let client = try RawSocket(port: port)
        let all = Array(String(repeating: Self.get, count: 10_000).utf8)
        var (sent, answered) = (0, 0)
        while answered < 10_000 {
          // Not a byte is read before the kernel takes no more.
          sent += client.sendWithoutWaiting(Array(all[sent...]))
          while answered < sent / Self.get.utf8.count {
            #expect(try client.readResponse().head.hasPrefix("HTTP/1.1 200 "))
            answered += 1
          }
        }
        #expect(sent == all.count)
      }
    }
  }

  @Test func pipelinedRequestsWithoutAReaderAreNotBegun() async throws {
    try await onThread {
      try Self.expectSmall { port in
        let clients = try (0..<10).map { _ in try RawSocket(port: port, receiveBuffer: 4096) }
        let all = Array(String(repeating: Self.get, count: 10_000).utf8)
        for client in clients { #expect(client.sendWithoutWaiting(all) > 0) }
      }
    }
  }

  @Test func aHeaderOfAMebibyteIsRefused() async throws {
    try await onThread {
      try Self.expectSmall { port in
        for _ in 0..<20 {
          let client = try RawSocket(port: port)
          client.send("GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + String(repeating: "x", count: 1 << 20))
          #expect(try client.readResponse().head.hasPrefix("HTTP/1.1 431 "))
        }
      }
    }
  }

  @Test func aBodyOfAGibibyteIsRefusedAtItsHead() async throws {
    try await onThread {
      try Self.expectSmall { port in
        for _ in 0..<5 {
          let client = try RawSocket(port: port)
          client.send("POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1073741824\r\n\r\n")
          _ = client.sendWithoutWaiting([UInt8](repeating: 0x78, count: 8 << 20))
          #expect(try client.readResponse().head.hasPrefix("HTTP/1.1 413 "))
        }
      }
    }
  }

  @Test func announcedBodiesTakeNoMemoryBeforeTheyCome() async throws {
    try await onThread {
      try Self.expectSmall { port in
        let clients = try (0..<400).map { _ in try RawSocket(port: port) }
        for client in clients {
          client.send("POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65536\r\n\r\nx")
        }
        // The last one has been read when another connection on each loop has its answer.
        for _ in 0..<20 {
          let other = try RawSocket(port: port)
          other.send(Self.get)
          _ = try other.readResponse()
        }
        for client in clients { client.close() }
      }
    }
  }
}
