import Glibc
import Net
import Services
import Support
import Testing

@testable import App
@testable import Sessions

/// An exchange that misbehaves, against the whole gateway: what every client was told is compared with what happened there,
/// and so is the ledger of gaps. `CHAOS_SEED` replays a run.
@Suite(.serialized, .timeLimit(.minutes(60))) struct ChaosTests {
  private static func setting(_ name: String) -> UInt64? {
    getenv(name).flatMap { UInt64(String(cString: $0)) }
  }

  private static var seed: UInt64 { setting("CHAOS_SEED") ?? UInt64.random(in: 0..<1_000_000) }

  /// Whole hours of all faults: `CHAOS_MINUTES` are minutes of the exchange, sixty of them in one of ours.
  @Test func whatClientsAreToldIsWhatHappened() async throws {
    let (seed, minutes) = (Self.seed, Int64(Self.setting("CHAOS_MINUTES") ?? 10))
    print("CHAOS_SEED=\(seed) CHAOS_MINUTES=\(minutes)")
    let stage = try await ChaosStage(seed: seed)
    let end = stage.exchange.now + minutes * ChaosMarket.minute
    // In parts, as the ledger tells no more than its newest records.
    var part = seed
    while stage.exchange.now < end {
      await stage.exchange.misbehave(seed: part, until: min(end, stage.exchange.now + 20 * ChaosMarket.minute))
      try await stage.readLedger()
      part &+= 1_000_003
    }
    let result = try await stage.end()
    #expect(result.findings(.kept).isEmpty, "CHAOS_SEED=\(seed) \(result.faults)")
    #expect(result.trades.count > 100 && result.log.sureTrades.count > 100 && result.log.faults.count > Int(minutes))
  }

  /// `CHAOS_CUTS` connections cut or reset at moments of chance, while clients read.
  @Test func cutsLoseNothingAndAreAllWrittenDown() async throws {
    let (seed, cuts) = (Self.seed, Int(Self.setting("CHAOS_CUTS") ?? 12))
    print("CHAOS_SEED=\(seed) CHAOS_CUTS=\(cuts)")
    let stage = try await ChaosStage(seed: seed, readers: 4)
    var random = SplitMix64(seed: seed)
    for cut in 1...cuts {
      let fault = Bool.random(using: &random) ? ChaosFault.cut : .reset
      await stage.exchange.happen(fault, afterMilliseconds: Int64.random(in: 30...600, using: &random))
      if cut % 200 == 0 { try await stage.readLedger() }
    }
    let result = try await stage.end()
    print(result.figures)
    #expect(result.findings(.kept).isEmpty, "CHAOS_SEED=\(seed) \(result.faults)")
    #expect(result.log.faults.count == cuts && result.log.breaks.count >= cuts)
  }

  /// A gateway that gives up at once is found out, by what is missing and by what it writes down.
  @Test func whatIsNotRepairedIsFound() async throws {
    let stage = try await ChaosStage(seed: 3) { tuning, _ in
      (tuning.repair.candleHold, tuning.repair.tradeHold, tuning.repair.patience) = (0, 0, 0)
    }
    await stage.exchange.happen(.stall(milliseconds: 1500), afterMilliseconds: 1200)
    for pause in [0, 900] as [Int64] {
      await stage.exchange.happen(.status(500, count: 1000), afterMilliseconds: pause)
    }
    let findings = try await stage.end().findings(.kept)
    for beginning in ["the final ", "trade ", "an end that was not"] {
      #expect(findings.contains { $0.hasPrefix(beginning) }, "\(findings)")
    }
  }

  // MARK: - Each repair by itself

  /// One repair is taken away, and what it is there for goes wrong: it must be noticed, and as what it is.
  @Test(arguments: ChaosRepair.all) func aRepairThatIsTakenAwayIsMissed(_ repair: ChaosRepair) async throws {
    let stage = try await ChaosStage(seed: 5, offset: repair.offset, patience: 3000, adapt: repair.takeAway)
    for (pause, fault) in repair.faults { await stage.exchange.happen(fault, afterMilliseconds: pause) }
    let findings = try await stage.end(after: 1).findings(repair.promises)
    #expect(findings.contains { $0.hasPrefix(repair.finding) }, "\(findings)")
  }

  /// The same faults, one after the other, and nothing is taken away.
  @Test func withAllRepairsTheSameFaultsLeaveNothing() async throws {
    let stage = try await ChaosStage(seed: 5) { tuning, _ in tuning.repair.deadline = 500 }
    for repair in ChaosRepair.all where repair.offset == nil && !repair.isOfQuietStage {
      for (pause, fault) in repair.faults { await stage.exchange.happen(fault, afterMilliseconds: pause) }
      // What holds for a second is over, and what was missing is there.
      await stage.exchange.happen(.calm, afterMilliseconds: 1500)
    }
    let result = try await stage.end()
    print(result.figures)
    #expect(result.findings(.kept).isEmpty, "\(result.faults)")
  }

  /// Those that need a stage on which nothing else happens.
  @Test func onAQuietStageTheSameFaultsLeaveNothing() async throws {
    let stage = try await ChaosStage(seed: 5, offset: ChaosRepair.aheadOffset) { tuning, _ in
      tuning.silence = ChaosRepair.alertness
    }
    for repair in ChaosRepair.all where repair.offset != nil || repair.isOfQuietStage {
      for (pause, fault) in repair.faults { await stage.exchange.happen(fault, afterMilliseconds: pause) }
      await stage.exchange.happen(.calm, afterMilliseconds: 1500)
    }
    let result = try await stage.end()
    print(result.figures)
    #expect(result.findings(ChaosChecker.Promises.kept.union(.seamless)).isEmpty, "\(result.faults)")
  }
}
