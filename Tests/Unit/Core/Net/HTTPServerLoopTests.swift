import Testing

@testable import Net

@Suite struct HTTPServerLoopTests {
  @Test func requestIDsCountUpBehindARandomStart() {
    var ids = RequestIDs(seed: 0xAB)
    #expect([ids.next(), ids.next()] == ["000000ab-000001", "000000ab-000002"])
    var other = RequestIDs()
    var third = RequestIDs()
    #expect(other.next().utf8.count == 15)
    // One chance in four thousand million to fail.
    #expect(other.next() != third.next())
  }
}
