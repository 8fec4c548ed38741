import Glibc
import Support
import Testing

@testable import App

/// More clients than there is room for, at the built program: those it has are served, the others wait, and it goes on by
/// itself when there is room.
@Suite(.serialized, .timeLimit(.minutes(2))) struct FloodTests {
  /// A client with one request after the other.
  private final class Client {
    let socket: RawSocket

    init(_ port: UInt16) throws { socket = try RawSocket(port: port) }

    func send(_ target: String = "/health") { socket.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n") }

    func status() throws -> String { String(try socket.readResponse().head.dropFirst(9).prefix(3)) }

    func ask(_ target: String = "/health") throws -> String {
      send(target)
      return try status()
    }
  }

  private static func start(_ settings: [String: String] = [:], descriptors: Int? = nil) throws -> (Child, UInt16) {
    let child = try Child(
      ["serve", "--demo", "--port", "0", "--recordings", "\(Repository.root)/Recordings"],
      // The clients take their time before they ask; the descriptors are for them.
      environment: settings.merging([
        "HEADER_TIMEOUT": "120", "KEEP_ALIVE_TIMEOUT": "120", "FEEDS_KEPT": "none",
      ]) { own, _ in own },
      descriptors: descriptors)
    return (child, try child.port())
  }

  private static func metric(_ name: String, of client: Client) throws -> Int {
    client.send("/metrics")
    let lines = try client.socket.readResponse().body.split(separator: "\n")
    let line = try #require(lines.first { $0.hasPrefix(name + " ") })
    return try #require(Int(line.dropFirst(name.count + 1)))
  }

  /// Clients that wait: each is served and gone as soon as there is room for it, whichever comes first.
  private static func crowd(_ count: Int, _ port: UInt16) throws -> [Client] {
    try (0..<count).map { _ in
      let client = try Client(port)
      client.send()
      client.socket.finishWriting()
      return client
    }
  }

  /// Those who are in are served; when half of them leave, the others come in, one after the other.
  private static func expectRecovery(_ first: [Client], waiting: [Client], port: UInt16) throws {
    for client in first { #expect(try client.ask() == "200") }
    let staying = first.prefix(first.count / 2)
    for client in first.dropFirst(staying.count) { client.socket.close() }
    for client in waiting { #expect(try client.status() == "200") }
    for client in staying { #expect(try client.ask() == "200") }
    #expect(try Client(port).ask() == "200")
  }

  @Test func atTheConnectionLimitTheOthersWait() async throws {
    try await onThread {
      let (child, port) = try Self.start(["MAX_CONNECTIONS": "10"])
      let first = try (0..<10).map { _ in try Client(port) }
      for client in first { #expect(try client.ask() == "200") }
      let waiting = try Self.crowd(30, port)
      #expect(try Self.metric("marketgate_connections_open", of: first[0]) == 10)
      #expect(try Self.metric("marketgate_accept_pauses_total", of: first[0]) > 0)
      try Self.expectRecovery(first, waiting: waiting, port: port)
      let ended = try child.ended(by: SIGTERM)
      #expect(ended.code == 0)
    }
  }

  @Test func withoutDescriptorsTheOthersWait() async throws {
    try await onThread {
      let (child, port) = try Self.start()
      let first = try (0..<10).map { _ in try Client(port) }
      for client in first { #expect(try client.ask() == "200") }
      // None is left for another client, though MAX_CONNECTIONS would allow it.
      try child.limitDescriptors(to: 3)
      let waiting = try Self.crowd(30, port)
      for _ in 0..<20 { for client in first { #expect(try client.ask() == "200") } }
      while try Self.metric("marketgate_accept_pauses_total", of: first[0]) < 3 {}
      #expect(try Self.metric("marketgate_connections_open", of: first[0]) == 10)
      try child.limitDescriptors(to: 1024)
      for client in waiting { #expect(try client.status() == "200") }
      for client in first { #expect(try client.ask() == "200") }
      let ended = try child.ended(by: SIGTERM)
      #expect(ended.code == 0)
    }
  }

  @Test func fewDescriptorsAreKeptForTheExchanges() async throws {
    try await onThread {
      let (child, port) = try Self.start(descriptors: 200)
      var line = ""
      while !line.contains("the limit of descriptors allows fewer clients than MAX_CONNECTIONS") {
        line = try child.errors.line()
      }
      #expect(line.hasSuffix("clients=100 wanted=100000"))
      let clients = try (0..<100).map { _ in try Client(port) }
      for client in clients { #expect(try client.ask() == "200") }
      let waiting = try Self.crowd(40, port)
      #expect(try Self.metric("marketgate_connections_open", of: clients[0]) == 100)
      // The exchange can still be asked, which takes descriptors of its own.
      #expect(try clients[0].ask("/binance/ohlc/BTCUSDT/1m?limit=5") == "200")
      try Self.expectRecovery(clients, waiting: waiting, port: port)
      #expect(try child.ended(by: SIGTERM).code == 0)
    }
  }

  @Test func anAddressHasNoMoreConnectionsThanItsShare() async throws {
    try await onThread {
      let (child, port) = try Self.start(["MAX_CONNECTIONS_PER_ADDRESS": "5", "RATE_LIMIT_LOOPBACK": "1"])
      let clients = try (0..<5).map { _ in try Client(port) }
      for client in clients { #expect(try client.ask() == "200") }
      for _ in 0..<20 {
        // Closed without a word, or by a reset when it had already said something.
        let refused = try RawSocket(port: port)
        #expect(try refused.readTextToEnd() == "")
      }
      #expect(try Self.metric("marketgate_connections_refused_total", of: clients[0]) == 20)
      for client in clients { #expect(try client.ask() == "200") }
      #expect(try child.ended(by: SIGTERM).code == 0)
    }
  }
}
