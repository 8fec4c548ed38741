/// As whom a limit knows a client: its IPv4 address, or the first 64 bits of its IPv6 address.
///
/// A host on IPv6 has all of its network's last 64 bits to choose from (RFC 4291 §2.5.4), and takes new ones as it
/// likes (RFC 8981), so a limit for each whole address would be none.
public struct ClientAddress: Sendable, Hashable {
  private let network: UInt64
  private let isIPv4: Bool
  /// Whether the client is on this machine: 127.0.0.0/8 (RFC 1122 §3.2.1.3) or ::1 (RFC 4291 §2.5.3).
  public let isLoopback: Bool

  /// An IPv4 address as a number: 127.0.0.1 is `0x7F00_0001`.
  public init(ipv4 address: UInt32) {
    network = UInt64(address)
    isIPv4 = true
    isLoopback = address >> 24 == 127
  }

  /// An IPv6 address as its two halves. An IPv4 address in its shape, `::ffff:a.b.c.d`, is how a socket for both families
  /// names a client of IPv4 (RFC 4291 §2.5.5.2), and is that client.
  public init(ipv6 high: UInt64, _ low: UInt64) {
    let isMapped = high == 0 && low >> 32 == 0xFFFF
    network = isMapped ? low & 0xFFFF_FFFF : high
    isIPv4 = isMapped
    isLoopback = isMapped ? low >> 24 & 0xFF == 127 : high == 0 && low == 1
  }
}
