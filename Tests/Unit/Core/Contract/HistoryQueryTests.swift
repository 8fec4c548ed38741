import Contract
import Model
import Support
import Testing

@Suite struct HistoryQueryTests {
  @Test func aBoundIsAStartOrAnEnd() {
    var query = HistoryQuery(instrument: ToyExchange.alpha, limit: 1)
    #expect(!query.hasBound)
    query.start = .epoch
    #expect(query.hasBound)
    query.end = .latest
    #expect(query.hasBound)
    query.start = nil
    #expect(query.hasBound)
  }
}
