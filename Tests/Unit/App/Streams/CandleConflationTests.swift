import Contract
import Model
import Net
import PublicJSON
import Services
import Sessions
import Support
import Testing
import Wire

@testable import App

@Suite(.timeLimit(.minutes(1))) struct CandleConflationTests {
  private static func event(_ sequence: UInt64, isClosed: Bool = false) -> NumberedEvent {
    let candle = Candle(
      instrument: ToyExchange.alpha, interval: .oneMinute, openTime: .epoch, open: .zero, high: .zero, low: .zero,
      close: .zero, baseVolume: .zero, quoteVolume: nil, tradesCount: nil, isClosed: isClosed, receiveTime: .epoch)
    let event = EncodedEvent(.market(.candle(candle)), forms: [.candle], encoder: EventEncoding())
    return NumberedEvent(event, sequence: sequence)
  }

  /// What became of events, and what the timer sent.
  @Test func theTimerSendsTheLatestOfWhatWasHeld() async throws {
    let loop = EventLoop(name: "clients")
    let sent = Witness<UInt64>()
    let outcomes: [DeliveryOutcome?] = await withCheckedContinuation { done in
      loop.post {
        let conflation = CandleConflation(milliseconds: 50, loop: loop, clock: SystemClock()) { sent.see($0.sequence) }
        let outcomes = (1...3).map { conflation.hold(Self.event(UInt64($0))) }
        // Kept alive until its timer has run.
        loop.schedule(afterMilliseconds: 5000) { conflation.end() }
        done.resume(returning: outcomes)
      }
    }
    #expect(outcomes == [nil, .queued, .conflated])
    #expect(await sent.next() == 3)
    loop.shutdown()
  }

  @Test func aFinalPassesAndWhatWasHeldIsGone() async throws {
    let loop = EventLoop(name: "clients")
    let sent = Witness<UInt64>()
    let outcomes: [DeliveryOutcome?] = await withCheckedContinuation { done in
      loop.post {
        let conflation = CandleConflation(milliseconds: 50, loop: loop, clock: SystemClock()) { sent.see($0.sequence) }
        var outcomes = (1...2).map { conflation.hold(Self.event(UInt64($0))) }
        outcomes.append(conflation.hold(Self.event(3, isClosed: true)))
        // Later than the timer would have been.
        loop.schedule(afterMilliseconds: 100) {
          conflation.end()
          sent.see(0)
        }
        done.resume(returning: outcomes)
      }
    }
    #expect(outcomes == [nil, .queued, nil])
    #expect(await sent.next() == 0)
    loop.shutdown()
  }
}
