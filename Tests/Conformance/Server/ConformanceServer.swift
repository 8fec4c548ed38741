import Glibc
import Net

/// The product's own HTTP and WebSocket server with an echo behind it, for conformance suites. Not installed.
@main
enum ConformanceServer {
  static func main() {
    // Blocked before the first thread starts, so that only `sigwait` below sees them.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    signal(SIGPIPE, SIG_IGN)
    do throws(ServerOptions.Fault) {
      run(try ServerOptions(Array(CommandLine.arguments.dropFirst())), until: signals)
    } catch {
      say("\(error.text)\n\(ServerOptions.usage)", to: STDERR_FILENO)
      exit(2)
    }
  }

  private static func run(_ options: ServerOptions, until signals: sigset_t) {
    let loops = (0..<options.workers).map { EventLoop(name: "loop-\($0)") }
    let routes = EchoRoutes(fault: options.http.faultResponse)
    let server = HTTPServer(loops: loops, options: options.http, handler: routes.answer)
    do throws(NetError) {
      say("listening on http://\(options.http.host):\(try server.start())", to: STDOUT_FILENO)
    } catch {
      say("cannot start: \(error)", to: STDERR_FILENO)
      exit(1)
    }
    var (signals, received) = (signals, Int32(0))
    sigwait(&signals, &received)
    Task {
      await server.drain(milliseconds: 2000)
      exit(0)
    }
    while true { pause() }
  }

  private static func say(_ text: String, to descriptor: Int32) {
    let line = text + "\n"
    _ = write(descriptor, line, line.utf8.count)
  }
}
