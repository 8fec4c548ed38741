internal import Glibc
internal import Net
internal import Wire

/// Memory of the server for each idle WebSocket client, the kernel's apart: 10,000 of them over real sockets. The server
/// is a process of its own, so that nothing of the clients is counted.
enum FootprintBenchmark {
  /// The argument with which this program is that server.
  static let serverWord = "footprint-server"
  private static let clients = 10_000

  /// Takes what comes and says nothing.
  private final class IdleClient: WebSocketHandler {
    func received(text: UnsafeRawBufferPointer) {}
    func received(binary: UnsafeRawBufferPointer) {}
    func closed(_ code: WebSocketCloseCode, reason: String) {}
  }

  static func run() {
    guard raiseDescriptorLimit(to: clients + 200) else {
      return print("footprint: not enough descriptors allowed; raise `ulimit -n`")
    }
    measure("idle WebSocket client, plain", extensions: "")
    measure("idle WebSocket client, compressed", extensions: "Sec-WebSocket-Extensions: permessage-deflate\r\n")
  }

  /// Serves until the process that started it is gone.
  static func serve() {
    _ = raiseDescriptorLimit(to: clients + 200)
    let parent = getppid()
    let loop = EventLoop(name: "bench-server")
    var options = HTTPServerOptions()
    options.port = 0
    let server = HTTPServer(loops: [loop], options: options) { _, _ in .webSocket { _ in IdleClient() } }
    guard let port = try? server.start() else { return }
    print("\(port) \(getpid())")
    fflush(nil)
    while getppid() == parent { poll(nil, 0, 500) }
  }

  private static func measure(_ name: String, extensions: String) {
    guard let child = popen("exec '\(CommandLine.arguments[0])' \(serverWord)", "r") else { return }
    defer { pclose(child) }
    var line = [CChar](repeating: 0, count: 64)
    guard fgets(&line, Int32(line.count), child) != nil else { return print("footprint: the server does not start") }
    let words = line.prefix { $0 > 0 }.split { $0 <= 32 }.map { word in
      word.reduce(0) { $0 * 10 + Int($1) - 48 }
    }
    let (port, process) = (UInt16(clamping: words[0]), pid_t(clamping: words[1]))
    defer { kill(process, SIGKILL) }
    let request =
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(extensions)\r\n"
    var sockets: [Int32] = []
    defer { for socket in sockets { close(socket) } }
    // What the server allocates once is not a client's.
    open(100, port, request, &sockets)
    let before = residentBytes(of: process)
    open(clients, port, request, &sockets)
    report(name, residentBytes(of: process) - before)
    // A text of 100 bytes, masked with zeros, and a ping: when its pong is there, both were read.
    let message: [UInt8] = [0x81, 0x80 | 100, 0, 0, 0, 0] + [UInt8](repeating: 0x61, count: 100)
    for socket in sockets { exchange(socket, message + [0x89, 0x80, 0, 0, 0, 0], until: 2) }
    report("  after a message and a ping of each", residentBytes(of: process) - before)
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

  /// proc(5), statm.
  private static func residentBytes(of process: pid_t) -> Int {
    guard let file = fopen("/proc/\(process)/statm", "r") else { return 0 }
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
