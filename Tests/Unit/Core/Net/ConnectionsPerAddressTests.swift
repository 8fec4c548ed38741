import Support
import Testing
import Wire

@testable import Net

@Suite struct ConnectionsPerAddressTests {
  private let near = ClientAddress(ipv4: 0x7F00_0001)
  private let far = ClientAddress(ipv4: 0xC000_0201)
  private let other = ClientAddress(ipv4: 0xC000_0202)

  @Test func aClientHasItsShareAndOthersHaveTheirs() {
    let addresses = ConnectionsPerAddress(limit: 2, limitsLoopback: false)
    #expect([far, far, far].map(addresses.enter) == [true, true, false])
    #expect(addresses.enter(other))
  }

  @Test func whatEndsMakesRoom() {
    let addresses = ConnectionsPerAddress(limit: 2, limitsLoopback: false)
    for _ in 0..<100 {
      #expect([far, far, far].map(addresses.enter) == [true, true, false])
      addresses.leave(far)
      #expect([far, far].map(addresses.enter) == [true, false])
      addresses.leave(far)
      addresses.leave(far)
    }
    // One too many is no credit.
    addresses.leave(far)
    #expect([far, far, far].map(addresses.enter) == [true, true, false])
  }

  @Test func thisMachineIsExemptUnlessToldOtherwise() {
    let exempt = ConnectionsPerAddress(limit: 1, limitsLoopback: false)
    #expect((0..<10).allSatisfy { _ in exempt.enter(near) })
    let strict = ConnectionsPerAddress(limit: 1, limitsLoopback: true)
    #expect([near, near].map(strict.enter) == [true, false])
  }

  @Test func zeroIsAnyNumber() {
    let open = ConnectionsPerAddress(limit: 0, limitsLoopback: true)
    #expect((0..<10).allSatisfy { _ in open.enter(far) })
  }

  @Test func theServerClosesWhatIsTooManyAndServesTheRest() async throws {
    let change: (inout HTTPServerOptions) -> Void = {
      $0.maxConnectionsPerAddress = 2
      $0.limitsLoopback = true
    }
    try await withServer(loops: 2, change) { test in
      let texts = try await onThread { [port = test.port] in
        let get = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
        var kept = try (0..<2).map { _ in try RawSocket(port: port) }
        for client in kept {
          client.send(get)
          _ = try client.readResponse()
        }
        // A reset is as good: the server may close before it has read what was sent.
        let refused = (0..<3).map { _ in (try? RawSocket(port: port).readTextToEnd()) ?? "" }
        kept.removeFirst().close()
        while true {
          let client = try RawSocket(port: port)
          client.send(get)
          guard let answer = try? client.readResponse() else { continue }
          return refused + [answer.body]
        }
      }
      #expect(texts == ["", "", "", "hello"])
      #expect(test.counters.connectionsRefused.value >= 3)
    }
  }
}
