import Net
import Sessions
import Testing
import Wire

@testable import App

@Suite struct RemoteTailStateTests {
  private typealias Action = RemoteTailState.Action

  private static let lost = WebSocketClosure(.broken, reason: "reset")

  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private static func close(
    _ state: inout RemoteTailState, _ closure: WebSocketClosure = lost, now: Int64 = 5000
  ) -> [Action] {
    var random = SystemRandomNumberGenerator()
    return state.closed(closure, now: now, using: &random)
  }

  private static func subscribed(_ stream: String, _ epoch: Int, _ sequence: Int, recovered: String = "null") -> [UInt8]
  {
    bytes(
      #"{"type":"subscribed","id":1,"streams":[{"stream":"\#(stream)","epoch":\#(epoch),"seq":\#(sequence),"recovered":\#(recovered)}]}"#
    )
  }

  private static func event(_ stream: String, _ sequence: Int) -> [UInt8] {
    bytes(#"{"type":"trade","stream":"\#(stream)","seq":\#(sequence),"price":1.50}"#)
  }

  @Test func itAsksForAllStreamsAndShowsWhatComes() {
    var state = RemoteTailState(["a", "b"])
    #expect(state.opened(now: 0) == [.send(#"{"op":"subscribe","id":1,"args":["a","b"]}"#)])
    #expect(state.received(Self.subscribed("a", 7, 3), now: 1) == [])
    #expect(state.received(Self.event("a", 4), now: 2) == [.show(Self.bytes(#"{"price":1.50}"#))])
  }

  @Test func afterABreakItGoesOnFromWhereItWas() throws {
    var state = RemoteTailState(["a", "b"])
    _ = state.opened(now: 0)
    _ = state.received(Self.subscribed("a", 7, 3), now: 1)
    _ = state.received(Self.event("a", 9), now: 2)
    let ended = Self.close(&state)
    guard case .connect(let pause) = ended.last else {
      Issue.record("no connect")
      return
    }
    #expect((250...500).contains(pause))
    #expect(
      ended.first == .say("the connection to the gateway is lost: reset; trying again in \(pause) ms"))
    #expect(
      state.opened(now: 6000) == [
        .say("connected again"),
        .send(#"{"op":"subscribe","id":1,"args":["a","b"],"since":{"a":{"epoch":7,"seq":9}}}"#),
      ])
    #expect(
      state.received(Self.subscribed("a", 7, 9, recovered: "true"), now: 1) == [.say("a: what was missed follows")])
  }

  @Test func aGatewayThatHasForgottenIsToldOf() {
    var state = RemoteTailState(["a"])
    _ = state.opened(now: 0)
    #expect(
      state.received(Self.subscribed("a", 8, 0, recovered: "false"), now: 1) == [
        .say("a begins anew: what happened meanwhile is not known to the gateway")
      ])
    // Of what was not asked for nothing is remembered.
    #expect(state.received(Self.subscribed("z", 8, 0, recovered: "false"), now: 1) == [])
  }

  @Test func pausesGrowWhileNothingIsThere() {
    var state = RemoteTailState(["a"])
    var pauses: [Int64] = []
    for _ in 1...6 {
      for case .connect(let pause) in Self.close(&state, WebSocketClosure(.connect, reason: "refused")) {
        pauses.append(pause)
      }
    }
    #expect(pauses.count == 6)
    #expect(pauses.last.map { (5000...10_000).contains($0) } == true)
  }

  @Test func whatMayBeHadLaterIsAskedForAgainAndSaidOnce() {
    var state = RemoteTailState(["a", "b"])
    _ = state.opened(now: 0)
    let refusal = Self.bytes(
      #"{"type":"error","id":1,"code":"upstream_unavailable","detail":"not loaded","arg":"a","retryable":true}"#)
    #expect(
      state.received(refusal, now: 1) == [
        .say("upstream_unavailable: not loaded; trying again"), .wake(afterMilliseconds: RemoteTailState.refusalPause),
      ])
    #expect(state.woke() == [.send(#"{"op":"subscribe","id":1,"args":["a"]}"#)])
    #expect(state.received(refusal, now: 2) == [.wake(afterMilliseconds: RemoteTailState.refusalPause)])
    _ = Self.close(&state)
    #expect(state.woke() == [])
  }

  @Test func whatCannotBeHadIsTheEnd() {
    var state = RemoteTailState(["a"])
    _ = state.opened(now: 0)
    let refusal = #"{"type":"error","id":1,"code":"unknown_symbol","detail":"no\u001b","arg":"a","retryable":false}"#
    #expect(state.received(Self.bytes(refusal), now: 1) == [.fail("unknown_symbol: no\u{FFFD}")])
    #expect(
      state.received(Self.bytes(#"{"hello":1}"#), now: 1) == [.fail("this is no gateway: its messages cannot be read")])
  }

  @Test func theLastStreamThatEndsIsTheEnd() {
    var state = RemoteTailState(["a", "b"])
    _ = state.opened(now: 0)
    func ended(_ stream: String) -> [UInt8] {
      Self.bytes(#"{"type":"ended","stream":"\#(stream)","detail":"delisted"}"#)
    }
    #expect(state.received(ended("a"), now: 1) == [.say("a is over: delisted")])
    #expect(state.received(ended("b"), now: 1) == [.fail("b is over: delisted")])
  }

  private static let lasting: [WebSocketClosure.Cause] = [
    .handshake(status: 404), .handshake(status: 403), .handshake(status: nil), .peerClosed(.policyViolation), .tls,
    .protocolError,
  ]
  private static let passing: [WebSocketClosure.Cause] = [
    .handshake(status: 503), .handshake(status: 429), .peerClosed(.goingAway), .peerClosed(.tryAgainLater), .broken,
    .local, .connect, .resolve, .timeout,
  ]

  @Test func aRefusalThatWouldBeRepeatedIsTheEndAndAnyOtherIsNot() {
    for cause in Self.lasting + Self.passing {
      var state = RemoteTailState(["a"])
      let actions = Self.close(&state, WebSocketClosure(cause, reason: ""))
      let isOver = actions.contains { if case .fail = $0 { true } else { false } }
      #expect(isOver == Self.lasting.contains(cause), "\(cause)")
    }
  }

  @Test func aConnectionThatIsSilentIsPingedAndThenEnded() {
    var state = RemoteTailState(["a"])
    #expect(state.look(now: 1_000_000) == [])
    _ = state.opened(now: 0)
    #expect(state.look(now: 9999) == [])
    #expect(state.look(now: 10_000) == [.ping])
    state.ponged(now: 11_000)
    #expect(state.look(now: 20_000) == [])
    #expect(state.look(now: 41_000) == [.abort])
  }

  @Test func noticesAreSaid() {
    var state = RemoteTailState(["a"])
    let notice = #"{"type":"recovered","stream":"a","since":"2026-10-01T12:00:00Z","cause":"stall","exchange":"x"}"#
    #expect(state.received(Self.bytes(notice), now: 0) == [.say("a: x: it comes again")])
    #expect(state.received(Self.bytes(#"{"type":"pong","id":1}"#), now: 0) == [])
  }
}
