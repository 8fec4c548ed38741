import Contract
import Exchanges
import Model
import Testing

@Suite struct RegistryTests {
  @Test func everyExchangeHasItsOwnName() {
    let names = Registry.exchanges.map(\.id.name)
    #expect(Set(names).count == names.count)
    #expect(names.contains("binance"))
  }
}
