import Glibc
import Net
import Wire

/// The product's own WebSocket client with an echo behind it, for conformance suites. Not installed.
@main
enum ConformanceClient {
  private static let agent = "marketgate"

  static func main() async {
    do throws(ClientOptions.Fault) {
      exit(await run(try ClientOptions(Array(CommandLine.arguments.dropFirst()))))
    } catch {
      complain("\(error.text)\n\(ClientOptions.usage)")
      exit(2)
    }
  }

  private static func run(_ options: ClientOptions) async -> Int32 {
    var socket = WebSocketClientOptions(proxy: "")
    socket.limits = WebSocketLimits(maxMessageBytes: 16 << 20, maxFragments: 1 << 20)
    socket.maxOutboxBytes = 64 << 20
    if options.compresses {
      socket.compression = WebSocketCompression(
        serverKeepsContext: options.keepsContext, clientKeepsContext: options.keepsContext)
    }
    let loop = EventLoop(name: "client")
    defer { loop.shutdown() }
    switch options.task {
    case .echo(let url):
      let end = await EchoSession.run(url, on: loop, options: socket)
      print("\(end.closure.cause): \(end.closure.reason)")
      guard case .peerClosed = end.closure.cause else { return 1 }
      return 0
    case .autobahn(let address): return await walk(address, on: loop, options: socket)
    }
  }

  private static func complain(_ text: String) {
    let line = text + "\n"
    _ = write(STDERR_FILENO, line, line.utf8.count)
  }

  /// The protocol of Autobahn's fuzzing server.
  private static func walk(_ address: String, on loop: EventLoop, options: WebSocketClientOptions) async -> Int32 {
    let first = await EchoSession.run("\(address)/getCaseCount", on: loop, options: options, echoes: false)
    guard let count = first.lastText.flatMap({ Int($0) }), count > 0 else {
      complain("no count of cases: \(first.closure.reason)")
      return 1
    }
    for number in 1...count {
      _ = await EchoSession.run(
        "\(address)/runCase?case=\(number)&agent=\(agent)", on: loop, options: options)
    }
    _ = await EchoSession.run("\(address)/updateReports?agent=\(agent)", on: loop, options: options, echoes: false)
    print("\(count) cases run")
    return 0
  }
}
