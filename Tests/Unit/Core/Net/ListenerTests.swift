import Glibc
import Support
import Testing

@testable import Net

@Suite struct ListenerTests {
  @Test func slotsAreTakenAndFreed() {
    let slots = ConnectionSlots(limit: 2)
    #expect([slots.take(), slots.take(), slots.take(), slots.take()] == [true, true, false, false])
    slots.free()
    #expect([slots.take(), slots.take()] == [true, false])
  }

  @Test func goesOnWhenASlotIsFreedElsewhere() async throws {
    try await withLoop { loop in
      let slots = ConnectionSlots(limit: 1)
      let socket = Held(try Socket.listening(on: try .resolving("127.0.0.1", port: 0), sharesPort: false))
      let port = socket.value.localAddress.port
      let clients = [Held(try RawSocket(port: port)), Held(try RawSocket(port: port))]
      let accepted: Int = await loop.wait { done in
        let kept = Held<[Socket]>([])
        let listener = Listener(
          socket.value, loop: loop, slots: slots, retryMilliseconds: 5,
          onAccept: { client, _ in
            kept.value.append(client)
            if kept.value.count == 2 { done(2) }
          },
          // As another loop would: nobody tells the listener.
          onPause: { slots.free() })
        listener.start()
      }
      #expect(accepted == 2)
      for client in clients { client.value.close() }
    }
  }

  @Test func standsTheEndOfDescriptorsAndGoesOnByItself() async {
    // In a process of its own: the limit would hit other tests.
    await #expect(processExitsWith: .success) {
      let loop = EventLoop(name: "test")
      let socket = Held(try Socket.listening(on: try .resolving("127.0.0.1", port: 0), sharesPort: false))
      let client = Held(try RawSocket(port: socket.value.localAddress.port))
      // No number is left, whatever other threads of the process close: the client that waits cannot be accepted.
      let before = limitDescriptors(to: 0)
      let pauses: Int = await loop.wait { done in
        let count = Held(0)
        let listener = Listener(
          socket.value, loop: loop, slots: ConnectionSlots(limit: 10), retryMilliseconds: 5,
          onAccept: { _, _ in done(count.value) },
          onPause: {
            count.value += 1
            if count.value == 3 { _ = limitDescriptors(to: before) }
          })
        listener.start()
      }
      client.value.close()
      guard pauses == 3 else { exit(1) }
    }
  }
}

/// Sets how many descriptors the process may have; gives the limit before.
private func limitDescriptors(to count: rlim_t) -> rlim_t {
  var limit = rlimit()
  getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  let before = limit.rlim_cur
  limit.rlim_cur = count
  setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  return before
}
