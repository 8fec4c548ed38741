internal import Glibc
internal import Net
internal import Wire

/// Memory of the server for each idle WebSocket client, the kernel's apart: 10,000 of them over real sockets, whose other
/// ends are bare descriptors of this process.
enum FootprintBenchmark {
  private static let clients = 10_000

  /// Gives what it gets to nobody.
  private final class IdleClient: WebSocketHandler {
    func received(text: UnsafeRawBufferPointer) {}
    func received(binary: UnsafeRawBufferPointer) {}
    func closed(_ code: WebSocketCloseCode, reason: String) {}
  }

  static func run() async {
    guard raiseDescriptorLimit(to: 2 * clients + 200) else {
      return print("footprint: not enough descriptors allowed; raise `ulimit -n`")
    }
    await measure("idle WebSocket client, plain", extensions: "")
    await measure(
      "idle WebSocket client, compressed", extensions: "Sec-WebSocket-Extensions: permessage-deflate\r\n")
  }

  private static func measure(_ name: String, extensions: String) async {
    let loop = EventLoop(name: "bench-server")
    var options = HTTPServerOptions()
    options.port = 0
    let server = HTTPServer(loops: [loop], options: options) { _, _ in .webSocket { _ in IdleClient() } }
    guard let port = try? server.start() else { return print("footprint: the server does not start") }
    let request =
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(extensions)\r\n"
    var sockets: [Int32] = []
    sockets.reserveCapacity(clients + 100)
    // What the process allocates once is not a client's.
    open(100, port, request, &sockets)
    let before = residentBytes
    open(clients, port, request, &sockets)
    report(name, residentBytes - before)
    let open = server.counters.webSocketsOpen.value
    // A text of 100 bytes, masked with zeros.
    let message: [UInt8] = [0x81, 0x80 | 100, 0, 0, 0, 0] + [UInt8](repeating: 0x61, count: 100)
    for socket in sockets { _ = send(socket, message, message.count, 0) }
    // The server answers a ping behind it: then it has read both.
    for socket in sockets { exchange(socket, [0x89, 0x80, 0, 0, 0, 0], until: 2) }
    report("  after a message and a ping each", residentBytes - before)
    if open != clients + 100 { print("footprint: only \(open) clients were open") }
    for socket in sockets { close(socket) }
    await server.drain(milliseconds: 2000)
    loop.shutdown()
  }

  private static func open(_ count: Int, _ port: UInt16, _ request: String, _ sockets: inout [Int32]) {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    for _ in 0..<count {
      let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      let result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      guard result == 0 else { return print("footprint: a connection was refused") }
      exchange(socket, Array(request.utf8), until: 129)
      sockets.append(socket)
    }
  }

  /// Sends, and reads until so many bytes have come.
  private static func exchange(_ socket: Int32, _ bytes: [UInt8], until least: Int) {
    _ = send(socket, bytes, bytes.count, 0)
    var buffer = [UInt8](repeating: 0, count: 1024)
    var got = 0
    while got < least {
      let count = recv(socket, &buffer, buffer.count, 0)
      guard count > 0 else { return print("footprint: a client was closed") }
      got += count
    }
  }

  /// Of this process (proc(5), statm).
  private static var residentBytes: Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [UInt8](repeating: 0, count: 256)
    let count = fread(&line, 1, line.count, file)
    let pages = String(decoding: line[..<count], as: UTF8.self).split(separator: " ").dropFirst().first
    return (pages.flatMap { Int($0) } ?? 0) * sysconf(Int32(_SC_PAGESIZE))
  }

  private static func raiseDescriptorLimit(to wanted: Int) -> Bool {
    var limit = rlimit()
    let resource = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
    getrlimit(resource, &limit)
    limit.rlim_cur = limit.rlim_max
    setrlimit(resource, &limit)
    return Int(clamping: limit.rlim_cur) >= wanted
  }

  private static func report(_ name: String, _ bytes: Int) {
    let figure = "\(bytes / clients)"
    let left = name + String(repeating: " ", count: max(1, 44 - name.utf8.count))
    print("\(left)\(String(repeating: " ", count: max(0, 10 - figure.utf8.count)))\(figure) bytes resident each")
  }
}
