internal import App
internal import Glibc
internal import Net

/// A server for the load programs of `peers`: the product's own, with its pings, limits and counters on, on one loop.
/// Runs until it is killed.
enum BenchmarkServer {
  case fanOut(port: UInt16)
  case rest(port: UInt16)
  case idle(port: UInt16)

  /// What the words ask for; `nil` when that is no server.
  init?(_ words: [String]) {
    guard let name = words.first else { return nil }
    let flag = words.firstIndex(of: "--port").map { words.index(after: $0) }
    let port = flag.flatMap { $0 < words.count ? UInt16(words[$0]) : nil } ?? 0
    switch name {
    case "fanout-server": self = .fanOut(port: port)
    case "rest-server": self = .rest(port: port)
    case "idle-server": self = .idle(port: port)
    default: return nil
    }
  }

  func run() -> Never {
    signal(SIGPIPE, SIG_IGN)
    DescriptorLimit.raise()
    let loop = EventLoop(name: "bench")
    switch self {
    case .fanOut(let port): BenchmarkServer.serve(FanOutServer(loop: loop).server(port: port))
    case .rest(let port): BenchmarkServer.serve(RESTServer(loop: loop).server(port: port))
    case .idle(let port): BenchmarkServer.serve(IdleServer.server(port: port, loop: loop))
    }
  }

  private static func serve(_ server: HTTPServer) -> Never {
    do {
      print("listening on http://127.0.0.1:\(try server.start())")
      fflush(nil)
    } catch {
      print("cannot listen: \(error)")
      exit(1)
    }
    while true { pause() }
  }
}
