import CCurl
import Support
import Testing

@testable import Net

@Suite(.timeLimit(.minutes(1))) struct CurlMultiTests {
  private func server() -> ScriptedServer {
    ScriptedServer { peer in
      while peer.readHead() != nil { peer.write("HTTP/1.1 204 No Content\r\n\r\n") }
    }
  }

  private func handle(_ port: UInt16) -> UnsafeMutableRawPointer? {
    let easy = curl_easy_init()
    mg_easy_set_str(easy, CURLOPT_URL, "http://127.0.0.1:\(port)/")
    mg_easy_set_str(easy, CURLOPT_PROXY, "")
    mg_easy_set_long(easy, CURLOPT_NOSIGNAL, 1)
    return easy
  }

  @Test func aTransferEndsOnceWithItsCode() async throws {
    let server = server()
    defer { server.stop() }
    let loop = EventLoop(name: "multi")
    defer { loop.shutdown() }
    let codes = Witness<UInt32>()
    let port = server.port
    loop.post {
      let multi = CurlMulti(loop: loop, maxHostConnections: 0)
      guard let easy = handle(port) else { return }
      _ = multi.add(easy) { code in
        codes.see(code.rawValue)
        // From inside: closing is the last thing many users do.
        multi.remove(easy)
        multi.remove(easy)
        multi.close()
        multi.close()
        curl_easy_cleanup(easy)
      }
    }
    #expect(await codes.next() == CURLE_OK.rawValue)
  }

  @Test func aRemovedTransferIsNotCalledNorIsOneOfAClosedMulti() async throws {
    let server = server()
    defer { server.stop() }
    let loop = EventLoop(name: "multi")
    defer { loop.shutdown() }
    let calls = Witness<String>()
    let port = server.port
    loop.post {
      let multi = CurlMulti(loop: loop, maxHostConnections: 1)
      guard let removed = handle(port), let closed = handle(port), let late = handle(port) else { return }
      let isAdded = multi.add(removed) { _ in calls.see("removed") } && multi.add(closed) { _ in calls.see("closed") }
      multi.remove(removed)
      multi.close()
      let isAddedLate = multi.add(late) { _ in calls.see("late") }
      for easy in [removed, closed, late] { curl_easy_cleanup(easy) }
      loop.schedule(afterMilliseconds: 5) { calls.see("\(isAdded) \(isAddedLate)") }
    }
    #expect(await calls.next() == "true false")
  }

  @Test func aMultiWhoseLoopHasEndedIsLetGoOnAnyThread() async throws {
    let asked = Witness<Void>()
    let ended = Witness<Void>()
    let server = ScriptedServer { peer in
      _ = peer.readHead()
      asked.see(())
      peer.waitForEnd()
      ended.see(())
    }
    defer { server.stop() }
    let loop = EventLoop(name: "multi")
    let port = server.port
    let holder = Lock<(multi: CurlMulti?, easy: UnsafeMutableRawPointer?)>((nil, nil))
    loop.post {
      let multi = CurlMulti(loop: loop, maxHostConnections: 0)
      guard let easy = handle(port), multi.add(easy, finished: { _ in }) else { return }
      holder.withLock { $0 = (multi, easy) }
    }
    _ = await asked.next()
    loop.shutdown()
    holder.withLock { held in
      held.multi = nil
      curl_easy_cleanup(held.easy)
    }
    _ = await ended.next()
  }
}
