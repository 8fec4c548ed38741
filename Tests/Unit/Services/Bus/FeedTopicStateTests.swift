import Model
import Support
import Testing

@testable import Services

@Suite struct FeedTopicStateTests {
  private static let exchange = ToyExchange.alpha.exchange
  private let all = Topic(.liquidations, ofAllOn: exchange)
  private let alpha = Topic(.liquidations, of: ToyExchange.alpha)
  private let beta = Topic(.liquidations, of: ToyExchange.beta)

  @Test func aTopicTheExchangeStreamsWholeIsItsOnlyPart() {
    var state = FeedTopicState(all)
    #expect(state.receive(.whole) == [.open(all)])
    #expect(state.receive(.whole).isEmpty)
    #expect(state.carries(alpha) && state.carries(beta) && state.isWhole)
    #expect(state.end() == [.close(all)])
    #expect(!state.carries(alpha) && !state.isWhole)
  }

  @Test func aRefreshedListOpensWhatIsNewAndClosesWhatIsGone() {
    var state = FeedTopicState(all)
    #expect(state.receive(.instruments([ToyExchange.alpha])) == [.open(alpha)])
    #expect(state.carries(alpha) && !state.carries(beta) && !state.isWhole)
    #expect(state.receive(.instruments([ToyExchange.beta])) == [.open(beta), .close(alpha)])
    #expect(!state.carries(alpha) && state.carries(beta))
    #expect(state.end() == [.close(beta)])
    #expect(state.parts.isEmpty)
  }

  @Test func membersThatAreNotKnownChangeNothing() {
    var state = FeedTopicState(all)
    #expect(state.receive(.unknown).isEmpty)
    #expect(!state.carries(alpha))
    _ = state.receive(.instruments([ToyExchange.alpha, ToyExchange.alpha]))
    #expect(state.receive(.unknown).isEmpty)
    #expect(state.parts == [alpha])
  }
}
