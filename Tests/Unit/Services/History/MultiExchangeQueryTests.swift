import Services
import Support
import Testing

@Suite(.timeLimit(.minutes(1))) struct MultiExchangeQueryTests {
  private struct Fault: Error, Equatable {}

  @Test func allAreAskedAtTheSameTimeAndAnsweredInOrder() async throws {
    let (asked, gate) = (Inbox<String>(), Inbox<Void>())
    let query = MultiExchangeQuery<Int, Fault>([
      .init("slow") {
        asked.add("slow")
        try? await gate.next()
        return .success(1)
      },
      .init("broken") {
        asked.add("broken")
        return .failure(Fault())
      },
      .init("quick") {
        asked.add("quick")
        return .success(3)
      },
    ])
    async let answers = query.answers()
    var names: Set<String> = []
    while names.count < 3 { names.insert(try await asked.next()) }
    gate.add(())
    let outcomes = await answers
    #expect(outcomes.map(\.exchange) == ["slow", "broken", "quick"])
    #expect(outcomes.map { try? $0.outcome.get() } == [1, nil, 3])
  }
}
