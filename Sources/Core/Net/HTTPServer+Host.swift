extension HTTPServer {
  /// Throws what `start` would throw for a host that is no address of this machine; asks for no particular port.
  public static func checkHost(_ host: String) throws(NetError) {
    try Socket.listening(on: try SocketAddress.resolving(host, port: 0), sharesPort: false).close()
  }
}
