import Testing
import Wire

@testable import Net

@Suite struct SocketAddressTests {
  @Test(arguments: ["127.0.0.1", "0.0.0.0", "::1", "::", "2001:db8::7"]) func keepsNumericAddresses(host: String) throws
  {
    let address = try SocketAddress.resolving(host, port: 8080)
    #expect(address.host == host)
    #expect(address.port == 8080)
  }

  @Test func namesAMappedAddressAsIPv4() throws {
    #expect(try SocketAddress.resolving("::ffff:192.0.2.7", port: 1).host == "192.0.2.7")
  }

  @Test func knowsThisMachineByName() throws {
    #expect(["127.0.0.1", "::1"].contains(try SocketAddress.resolving("localhost", port: 1).host))
  }

  @Test(arguments: ["256.1.1.1", "no such host", "::1::"]) func refusesWhatIsNoAddress(host: String) {
    #expect(throws: NetError.unknownAddress(host)) { try SocketAddress.resolving(host, port: 1) }
  }

  @Test func namesTheClientByItsNetwork() throws {
    func client(_ host: String) throws -> ClientAddress { try SocketAddress.resolving(host, port: 1).client }
    #expect(try client("192.0.2.7") == ClientAddress(ipv4: 0xC000_0207))
    #expect(try client("::ffff:192.0.2.7") == ClientAddress(ipv4: 0xC000_0207))
    #expect(try client("2001:db8:1:2::7") == ClientAddress(ipv6: 0x2001_0DB8_0001_0002, 9))
    #expect(try client("127.0.0.1").isLoopback && client("::1").isLoopback)
  }
}
