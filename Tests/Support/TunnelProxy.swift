import Glibc

/// A proxy that knows `CONNECT` and leads every tunnel to one port of this machine, whatever host was asked for.
public final class TunnelProxy: Sendable {
  /// The heads of the requests it got.
  public let heads = Witness<String>()
  private let server: ScriptedServer

  /// Tunnels to the port; with a refusal it answers that status to everything.
  public init(to target: UInt16, refusal: String? = nil) {
    let heads = heads
    server = ScriptedServer { client in
      guard let head = client.readHead() else { return }
      heads.see(head)
      if let refusal {
        client.write("HTTP/1.1 \(refusal)\r\nContent-Length: 0\r\n\r\n")
        return client.waitForEnd()
      }
      guard let upstream = Self.connect(to: target) else { return }
      client.write("HTTP/1.1 200 Tunnel\r\n\r\n")
      client.relay(to: upstream)
    }
  }

  /// The URL to give to a client.
  public var url: String { "http://127.0.0.1:\(server.port)" }

  /// Refuses connections from here on.
  public func stop() { server.stop() }

  static func connect(to port: UInt16) -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = port.bigEndian
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    return isConnected ? descriptor : nil
  }
}
