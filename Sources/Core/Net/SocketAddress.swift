internal import CLinux
internal import Glibc
internal import Wire

/// An IPv4 or IPv6 address with a port.
struct SocketAddress {
  private var storage = sockaddr_storage()
  private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

  /// Looks the host up; a name may ask the resolver, so this is for the start of the program.
  static func resolving(_ host: String, port: UInt16) throws(NetError) -> SocketAddress {
    var hints = addrinfo()
    hints.ai_socktype = SystemConstant.streamSocket
    hints.ai_flags = SystemConstant.numericService | SystemConstant.passiveAddress
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &found) == 0, let found else { throw .unknownAddress(host) }
    defer { freeaddrinfo(found) }
    guard let address = found.pointee.ai_addr else { throw .unknownAddress(host) }
    var result = SocketAddress()
    result.length = min(found.pointee.ai_addrlen, result.length)
    let count = Int(result.length)
    withUnsafeMutableBytes(of: &result.storage) {
      $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: count))
    }
    return result
  }

  var family: Int32 { Int32(storage.ss_family) }

  var port: UInt16 {
    // sin_port and sin6_port lie at the same place: bytes 2 and 3, in network order.
    withUnsafeBytes(of: storage) { UInt16($0[2]) << 8 | UInt16($0[3]) }
  }

  /// The numeric address without the port; an IPv4 client of an IPv6 socket is named as IPv4.
  var host: String {
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let failure = withAddress { address, length in
      getnameinfo(address, length, &text, socklen_t(text.count), nil, 0, SystemConstant.numericHost)
    }
    guard failure == 0 else { return "" }
    let name = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let mapped = "::ffff:"
    return name.hasPrefix(mapped) && name.contains(".") ? String(name.dropFirst(mapped.count)) : name
  }

  /// As whom limits know the peer.
  var client: ClientAddress {
    // sin_addr lies behind two bytes of port, sin6_addr behind those and four of flow label; both in network order.
    withUnsafeBytes(of: storage) { bytes in
      guard family == AF_INET6 else {
        return ClientAddress(ipv4: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
      }
      return ClientAddress(
        ipv6: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)))
    }
  }

  func withAddress<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
    var copy = storage
    return withUnsafeMutablePointer(to: &copy) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
    }
  }

  /// Lets a call fill the address in.
  static func filled<R>(_ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> R) -> (
    address: SocketAddress, result: R
  ) {
    var address = SocketAddress()
    var length = address.length
    let result = withUnsafeMutablePointer(to: &address.storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &length) }
    }
    address.length = length
    return (address, result)
  }
}
