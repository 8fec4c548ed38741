import Testing

@testable import App

@Suite struct DescriptorLimitTests {
  @Test(arguments: [
    (100_000, 1_048_576, 100_000), (100_000, 1024, 768), (100, 1024, 100), (100_000, 64, 32), (100_000, 512, 256),
    (1, 3, 1), (5, 0, 1), (100_000, Int.max, 100_000),
  ])
  func clientsLeaveEnoughForTheRest(wanted: Int, descriptors: Int, clients: Int) {
    #expect(DescriptorLimit.clients(atMost: wanted, descriptors: descriptors) == clients)
  }

  @Test func raisingNeverLowers() {
    let before = DescriptorLimit.clients(atMost: .max)
    DescriptorLimit.raise()
    #expect(DescriptorLimit.clients(atMost: .max) >= before)
  }
}
