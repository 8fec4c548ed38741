import Testing

@testable import Net

@Suite(.timeLimit(.minutes(1))) struct HTTPServerLoopTests {
  @Test func requestIDsCountUpBehindARandomStart() {
    var ids = RequestIDs(seed: 0xAB)
    #expect([ids.next(), ids.next()] == ["000000ab-000001", "000000ab-000002"])
    var other = RequestIDs()
    var third = RequestIDs()
    #expect(other.next().utf8.count == 15)
    // One chance in four thousand million to fail.
    #expect(other.next() != third.next())
  }

  @Test(arguments: [
    (0xFF_FFFE, "ffffffff-ffffff"), (0xFF_FFFF, "ffffffff-1000000"), (UInt64.max - 1, "ffffffff-ffffffffffffffff"),
  ]) func aCountIsNotCutOff(before: UInt64, id: String) {
    var ids = RequestIDs(seed: .max, after: before)
    #expect(ids.next() == id)
  }
}
