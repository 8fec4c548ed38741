import Glibc
import Support
import Testing

@testable import Net

@Suite(.timeLimit(.minutes(1))) struct WebSocketClientDialerTests {
  @Test func theSecureProxyIsFoundWhereLibcurlWouldLook() {
    func proxy(_ variables: [String: String]) -> String? { WebSocketClientDialer.secureProxy { variables[$0] } }
    #expect(proxy([:]) == nil)
    #expect(proxy(["HTTPS_PROXY": "http://a:1"]) == "http://a:1")
    #expect(proxy(["HTTPS_PROXY": "http://a:1", "https_proxy": "http://b:1"]) == "http://b:1")
    #expect(proxy(["ALL_PROXY": "http://c:1", "HTTPS_PROXY": "http://a:1"]) == "http://a:1")
    #expect(proxy(["ALL_PROXY": "http://c:1", "HTTPS_PROXY": ""]) == "http://c:1")
    #expect(proxy(["all_proxy": "http://d:1", "ALL_PROXY": "http://c:1"]) == "http://d:1")
    // Only for connections that are not secure, and then by libcurl itself.
    #expect(proxy(["http_proxy": "http://e:1"]) == nil)
  }

  private enum Seen: Equatable, Sendable {
    case connected(isNonBlocking: Bool)
    case failed(WebSocketClosure.Cause)
  }

  /// What a dialer says, and what is left of it once it is closed.
  private func dial(_ text: String) async throws -> Seen? {
    let loop = EventLoop(name: "dialer")
    defer { loop.shutdown() }
    let url = try #require(WebSocketClientURL(parsing: text))
    let seen = Witness<Seen>()
    loop.post {
      var dialer: WebSocketClientDialer?
      dialer = WebSocketClientDialer(loop: loop, url: url, options: .init(proxy: "")) { outcome in
        switch outcome {
        case .connected(let descriptor):
          seen.see(.connected(isNonBlocking: fcntl(descriptor, F_GETFL) & O_NONBLOCK != 0))
        case .failed(let closure):
          seen.see(.failed(closure.cause))
        }
        dialer?.close()
        dialer = nil
      }
    }
    return await seen.next()
  }

  @Test func aConnectionIsNonBlockingAndEndsWithTheDialer() async throws {
    let ended = Witness<Void>()
    let server = ScriptedServer { peer in
      peer.waitForEnd()
      ended.see(())
    }
    defer { server.stop() }
    #expect(try await dial("ws://127.0.0.1:\(server.port)/") == .connected(isNonBlocking: true))
    _ = await ended.next()
    #expect(server.clientDescriptorCount == 0)
  }

  @Test func failuresSayWhatFailed() async throws {
    let (port, descriptor) = ScriptedServer.deafPort()
    defer { close(descriptor) }
    #expect(try await dial("ws://127.0.0.1:\(port)/") == .failed(.connect))
    #expect(try await dial("ws://nonexistent.invalid/") == .failed(.resolve))
  }
}
