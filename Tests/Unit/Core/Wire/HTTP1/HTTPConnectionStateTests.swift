import Testing
import Wire

/// RFC 9112 §9.
@Suite struct HTTPConnectionStateTests {
  // MARK: §9.3 persistence

  @Test func requestsAreAnsweredOneAfterTheOther() throws {
    var state = HTTPConnectionState()
    for _ in 0..<3 {
      #expect(state.needsMore() == .read)
      state.received(try request())
      #expect(state.phase == .answering)
      #expect(state.needsMore() == .none)
      #expect(state.keepsAlive(after: HTTPResponse(.ok)))
      #expect(state.answered(HTTPResponse(.ok)) == .parse)
      #expect(state.phase == .reading)
    }
  }

  @Test(arguments: [("close", false), ("", true)]) func theConnectionClosesWhenTheClientWantsIt(
    connection: String, isHTTP10: Bool
  ) throws {
    var state = HTTPConnectionState()
    state.received(try request(connection, isHTTP10: isHTTP10))
    #expect(!state.keepsAlive(after: HTTPResponse(.ok)))
    #expect(state.answered(HTTPResponse(.ok)) == .close)
    #expect(state.phase == .closing)
    #expect(state.needsMore() == .none)
  }

  @Test func theConnectionClosesWhenTheHandlerWantsIt() throws {
    var state = HTTPConnectionState()
    state.received(try request())
    let response = HTTPResponse(.ok, headers: HTTPHeaders([("Connection", "Close")]))
    #expect(!state.keepsAlive(after: response))
    #expect(state.answered(response) == .close)
  }

  @Test func toHTTP10OnlyTheCloseEndsChunks() throws {
    var state = HTTPConnectionState()
    state.received(try request("keep-alive", isHTTP10: true))
    #expect(state.keepsAlive(after: HTTPResponse(.ok, body: .bytes([1]))))
    #expect(state.keepsAlive(after: HTTPResponse(.notModified, body: .chunks([]))))
    #expect(!state.keepsAlive(after: HTTPResponse(.ok, body: .chunks([]))))
    #expect(state.answered(HTTPResponse(.ok, body: .chunks([]))) == .close)
  }

  // MARK: §9.6 tear-down

  @Test func aHalfCloseIsAnsweredThenClosed() throws {
    var state = HTTPConnectionState()
    state.received(try request())
    #expect(state.peerFinished() == .none)
    #expect(state.answered(HTTPResponse(.ok)) == .parse)
    #expect(state.needsMore() == .close)
    #expect(state.phase == .closing)
  }

  @Test func requestsPipelinedBeforeAHalfCloseAreAllAnswered() throws {
    var state = HTTPConnectionState()
    #expect(state.peerFinished() == .parse)
    for _ in 0..<2 {
      state.received(try request())
      #expect(state.answered(HTTPResponse(.ok)) == .parse)
    }
    #expect(state.needsMore() == .close)
  }

  @Test func aFaultIsAnsweredAndCloses() throws {
    let fault = HTTPFault(status: .badRequest, reason: "")
    var state = HTTPConnectionState()
    #expect(state.failed(fault) == .refuse(fault))
    #expect(state.phase == .closing)
    #expect(!state.keepsAlive(after: HTTPResponse(.badRequest)))
    #expect(state.failed(fault) == .none)
    state.received(try request())
    #expect(state.phase == .closing)
    #expect(state.answered(HTTPResponse(.ok)) == .none)
    #expect(state.peerFinished() == .none)
    #expect(state.drain(isBetweenRequests: true) == .none)
  }

  // MARK: drain

  @Test func anIdleConnectionIsClosedByADrain() {
    var state = HTTPConnectionState()
    #expect(state.drain(isBetweenRequests: true) == .close)
    #expect(state.phase == .closing)
  }

  @Test func aRequestUnderWayIsAnsweredBeforeTheDrainCloses() throws {
    for isHalfRead in [false, true] {
      var state = HTTPConnectionState()
      if isHalfRead { #expect(state.drain(isBetweenRequests: false) == .none) }
      state.received(try request())
      if !isHalfRead { #expect(state.drain(isBetweenRequests: true) == .none) }
      #expect(!state.keepsAlive(after: HTTPResponse(.ok)))
      #expect(state.answered(HTTPResponse(.ok)) == .close)
    }
  }

  // MARK: RFC 9110 §7.8 upgrade

  @Test func anUpgradeLeavesHTTP() throws {
    var state = HTTPConnectionState()
    state.received(try request("Upgrade"))
    #expect(state.answered(HTTPResponse(.switchingProtocols)) == .upgrade)
    #expect(state.phase == .upgraded)
    #expect(state.needsMore() == .none)
    #expect(state.peerFinished() == .none)
    #expect(state.drain(isBetweenRequests: true) == .none)
  }

  private func request(_ connection: String = "", isHTTP10: Bool = false) throws -> HTTPRequest {
    try #require(HTTPRequest(.get, "/", isHTTP10: isHTTP10, headers: HTTPHeaders([("Connection", connection)])))
  }
}
