import Telemetry
import Testing

@Suite struct GaugeTests {
  @Test func aGaugeIsSetAndRisesAndFalls() {
    let gauge = Gauge()
    #expect(gauge.value == 0)
    gauge.set(5)
    gauge.add(2)
    gauge.add(-10)
    #expect(gauge.value == -3)
  }

  @Test func whatIsAddedAndTakenByManyTasksEvensOut() async {
    let gauge = Gauge()
    await withTaskGroup { group in
      for index in 0..<8 {
        group.addTask { for _ in 0..<1000 { gauge.add(index.isMultiple(of: 2) ? 1 : -1) } }
      }
    }
    #expect(gauge.value == 0)
  }
}
