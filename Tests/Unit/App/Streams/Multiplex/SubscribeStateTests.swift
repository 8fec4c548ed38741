import PublicJSON
import Services
import Testing

@testable import App

@Suite struct SubscribeStateTests {
  private let standing = TopicStanding(point: ResumePoint(epoch: 1, sequence: 2), isRecovered: nil)

  private func names(_ answer: [JoinedStream]?) -> [String]? { answer?.map(\.stream) }

  @Test func theAnswerGoesWithTheLastToJoinInTheOrderOfTheCommand() {
    var state = SubscribeState(["a", "b", "c"], heldLimit: 9)
    #expect(state.join("c", standing) == nil)
    #expect(state.join("a", standing) == nil)
    #expect(names(state.join("b", standing)) == ["a", "b", "c"])
  }

  @Test func whoLeavesIsNotWaitedFor() {
    var state = SubscribeState(["a", "b"], heldLimit: 9)
    #expect(state.join("a", standing) == nil)
    #expect(names(state.withdraw("b")) == ["a"])
    // Afterwards it is nobody's business any more.
    #expect(state.withdraw("a") == nil)
    #expect(state.withdraw("b") == nil)
    #expect(state.join("b", standing) == nil)
  }

  @Test func whoHasJoinedAndLeftIsNotInTheAnswer() {
    var state = SubscribeState(["a", "b"], heldLimit: 9)
    #expect(state.join("a", standing) == nil)
    #expect(state.withdraw("a") == nil)
    #expect(names(state.join("b", standing)) == ["b"])
  }

  @Test func whenAllLeaveTheAnswerIsEmpty() {
    var state = SubscribeState(["a"], heldLimit: 9)
    #expect(names(state.withdraw("a")) == [])
  }

  @Test func tooManyEventsThatWaitSetFreeWhatHasJoined() {
    var state = SubscribeState(["a", "b", "c"], heldLimit: 3)
    #expect(state.join("b", standing) == nil)
    #expect(state.hold() == nil)
    #expect(state.hold() == nil)
    #expect(names(state.hold()) == ["b"])
    #expect(state.join("a", standing) == nil)
    #expect(names(state.join("c", standing)) == ["a", "c"])
  }

  @Test func joiningTwiceIsJoiningOnce() {
    var state = SubscribeState(["a", "b"], heldLimit: 3)
    #expect(state.join("a", standing) == nil)
    #expect(state.join("a", standing) == nil)
    #expect(names(state.join("b", standing)) == ["a", "b"])
  }
}
