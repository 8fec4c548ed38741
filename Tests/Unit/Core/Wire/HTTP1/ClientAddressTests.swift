import Testing
import Wire

@Suite struct ClientAddressTests {
  @Test func anIPv4ClientIsItsWholeAddress() {
    #expect(ClientAddress(ipv4: 0xC000_0207) == ClientAddress(ipv4: 0xC000_0207))
    #expect(ClientAddress(ipv4: 0xC000_0207) != ClientAddress(ipv4: 0xC000_0208))
  }

  /// RFC 4291 §2.5.4: 64 bits of network, 64 bits of interface.
  @Test func anIPv6ClientIsItsNetwork() {
    let network: UInt64 = 0x2001_0DB8_0001_0002
    #expect(ClientAddress(ipv6: network, 1) == ClientAddress(ipv6: network, .max))
    #expect(ClientAddress(ipv6: network, 1) != ClientAddress(ipv6: network + 1, 1))
  }

  /// RFC 4291 §2.5.5.2.
  @Test func aMappedAddressIsTheIPv4Client() {
    #expect(ClientAddress(ipv6: 0, 0xFFFF_C000_0207) == ClientAddress(ipv4: 0xC000_0207))
    #expect(ClientAddress(ipv6: 0, 0xFFFF_7F00_0001).isLoopback)
    #expect(ClientAddress(ipv6: 0, 0xFFFE_C000_0207) != ClientAddress(ipv4: 0xC000_0207))
  }

  @Test func anIPv6NetworkIsNoIPv4AddressOfTheSameNumber() {
    #expect(ClientAddress(ipv6: 0xC000_0207, 5) != ClientAddress(ipv4: 0xC000_0207))
  }

  @Test func theMachineItselfIsKnown() {
    for address: UInt32 in [0x7F00_0000, 0x7F00_0001, 0x7FFF_FFFF] { #expect(ClientAddress(ipv4: address).isLoopback) }
    for address: UInt32 in [0, 0x7EFF_FFFF, 0x8000_0000, .max] { #expect(!ClientAddress(ipv4: address).isLoopback) }
    #expect(ClientAddress(ipv6: 0, 1).isLoopback)
    #expect(!ClientAddress(ipv6: 0, 0).isLoopback)
    #expect(!ClientAddress(ipv6: 0, 2).isLoopback)
    #expect(!ClientAddress(ipv6: 1, 1).isLoopback)
  }
}
