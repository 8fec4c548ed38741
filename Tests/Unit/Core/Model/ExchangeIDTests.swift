import Model
import Testing

@Suite struct ExchangeIDTests {
  @Test func namesAreLowered() {
    #expect(ExchangeID("ToyX") == ExchangeID("toyx"))
    #expect(ExchangeID("TOYX").description == "toyx")
    #expect(Set([ExchangeID("a"), ExchangeID("A")]).count == 1)
  }

  @Test func orderIsThatOfTheNames() {
    #expect(["c", "A", "b"].map { ExchangeID($0) }.sorted().map(\.name) == ["a", "b", "c"])
  }
}
