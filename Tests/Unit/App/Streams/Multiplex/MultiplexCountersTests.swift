import Telemetry
import Testing

@testable import App

@Suite struct MultiplexCountersTests {
  @Test func refusalsAreCountedByCodesWeChose() {
    let registry = MetricsRegistry()
    let counters = MultiplexCounters(registry)
    counters.refused(.unknownSymbol)
    counters.refused(.unknownSymbol)
    // Not the answer to any command.
    counters.refused(.methodNotAllowed)
    counters.toldLag()
    let text = String(decoding: registry.prometheusText, as: UTF8.self)
    #expect(text.contains(#"marketgate_multiplex_refusals_total{code="unknown_symbol"} 2"#))
    #expect(text.contains(#"marketgate_multiplex_refusals_total{code="internal"} 1"#))
    #expect(text.contains("marketgate_multiplex_lag_notices_total 1"))
  }
}
