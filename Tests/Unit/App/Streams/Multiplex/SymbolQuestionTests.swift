import Contract
import Model
import Sessions
import Support
import Testing
import Wire

@testable import App

@Suite(.timeLimit(.minutes(1))) struct SymbolQuestionTests {
  private func ask(_ symbols: [String], _ clock: ManualClock, _ bench: ToyGateway, patience: Int64) async -> [String] {
    let lookup = ExchangeLookup(manager: bench.application.manager)
    let questions = lookup.manager.connectors.flatMap { connector in
      symbols.map { SymbolQuestion(symbol: $0, connector: connector) }
    }
    let deadline = clock.monotonicMilliseconds + patience
    return await lookup.answers(questions, deadline: deadline).map { answer in
      switch answer {
      case .success(let match): match.instrument.symbol
      case .failure(let error): error.code.rawValue
      }
    }
  }

  @Test func aFreshListSaysWhatThereIs() async throws {
    let clock = ManualClock()
    var tuning = Tuning()
    tuning.clock = clock
    let bench = try ToyGateway(tuning: tuning)
    try await bench.loaded()
    let row = #"{"symbol":"GAMMAUSD","base":"GAMMA","contract":"1"}]"#
    bench.upstream.answer("/instruments", body: "\(ToyExchange.instrumentsBody.dropLast()),\(row)")
    // A list that has just been loaded is believed.
    #expect(await ask(["GAMMAUSD"], clock, bench, patience: 30_000) == ["unknown_symbol"])
    clock.advance(milliseconds: 60_000)
    #expect(await ask(["GAMMAUSD", "NOPE"], clock, bench, patience: 30_000) == ["GAMMAUSD", "unknown_symbol"])
    await bench.stop()
  }
}
