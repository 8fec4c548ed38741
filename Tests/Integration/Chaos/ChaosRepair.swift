import Contract
import Services
import Sessions
import Testing

@testable import App

/// One repair of the gateway: how it is taken away, what goes wrong then, and what the checker must say of it.
///
/// It is taken away by terms that the product is given anyway, and no branch of it knows of a test: a pause of an hour is no
/// second attempt, a memory of no messages keeps none.
struct ChaosRepair: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// The faults in their order, each after so many real milliseconds.
  let faults: [(pause: Int64, fault: ChaosFault)]
  /// How what the checker says begins.
  let finding: String
  /// How far the gateway's clock is from the exchange's, in milliseconds; `nil` for what the seed says.
  var offset: Int64?
  /// What is asked for.
  var promises = ChaosChecker.Promises.kept
  /// Whether its faults are to be alone.
  var isOfQuietStage = false
  let takeAway: @Sendable (inout Tuning, inout Declaration) -> Void

  /// A time that no run lasts, in milliseconds.
  private static let never: Int64 = 3_600_000
  /// A clock this far before the exchange's calls each candle over before it is.
  static let aheadOffset: Int64 = 10_000
  private static let trades = "trades:\(ChaosMarket.symbol)"
  private static let candles = "candles(1m):\(ChaosMarket.symbol)"
  /// Long enough for streams to have begun.
  private static let start: Int64 = 1200
  /// A cut that the next streams are refused after, so that something is missed.
  private static let outage: [(pause: Int64, fault: ChaosFault)] = [(0, .refusal(503, count: 3)), (0, .cut)]

  /// Streams are found silent in the time that a test has.
  static let alertness = {
    var limits = SilenceLimits()
    (limits.burst, limits.floor, limits.suspicion, limits.period) = (20, 700, 650, 20)
    return limits
  }()

  // MARK: Connections

  /// A cut, a reset, a close: without another connection there is nothing more.
  private static let reconnection = ChaosRepair(
    testDescription: "another connection after a cut", faults: [(start, .cut)], finding: "no trade after"
  ) { tuning, _ in
    tuning.backoff = Backoff(first: never, cap: never, calm: never)
    tuning.outage = OutageTerms(failures: 1, pause: never)
  }

  /// A connection that stands and whose other end is gone: only a ping shows it.
  private static let pings = ChaosRepair(
    testDescription: "pings that must be answered", faults: [(start, .freeze)], finding: "no trade after"
  ) { _, declaration in declaration.streams.ping = .text("ping", everyMilliseconds: never) }

  /// A stream that says nothing on a connection that is well: pings are answered.
  private static let resubscription = ChaosRepair(
    testDescription: "a new subscription of a mute stream", faults: [(start, .forget(topic: trades))],
    finding: "no trade after", isOfQuietStage: true
  ) { tuning, _ in (tuning.silence.floor, tuning.silence.verdict) = (never, never) }

  /// A connection that the exchange has said it will close: without a successor it is a break like any other.
  private static let succession = ChaosRepair(
    testDescription: "another connection before an announced end",
    faults: [(start, .announcedClose), (2200, .calm)], finding: "an announced end that was a break",
    promises: [.finals, .wholeTrades, .seamless], isOfQuietStage: true
  ) { tuning, _ in tuning.backoff = Backoff(first: 20, cap: 300, calm: never) }

  // MARK: What was missed

  /// Breaks, stalls: candles whose end passed meanwhile.
  private static let candleHoles = ChaosRepair(
    testDescription: "candles of a break over REST", faults: [(start, .refusal(503, count: 1000)), (0, .cut)],
    finding: "the final "
  ) { tuning, _ in tuning.repair.longestCandleHole = 0 }

  /// Breaks, stalls: trades by their numbers.
  private static let tradeHoles = ChaosRepair(
    testDescription: "trades of a break over REST", faults: [(start, .calm)] + outage, finding: "trade "
  ) { tuning, _ in tuning.repair.longestTradeHole = 0 }

  /// The frame that ends a candle is lost, and none follows that shows it.
  private static let lastFrames = ChaosRepair(
    testDescription: "the end of a candle whose last frame is lost",
    faults: [(start, .mute(topic: candles, milliseconds: never))], finding: "no final"
  ) { tuning, _ in tuning.repair.finalDelay = 1000 * never }

  /// An exchange whose clock is behind ours: what we call over goes on there.
  private static let lead = ChaosRepair(
    testDescription: "the lead of our clock", faults: [(2 * start, .calm)], finding: "the final ",
    offset: aheadOffset
  ) { tuning, _ in tuning.repair.longestLead = 0 }

  // MARK: What comes twice, late or as nonsense

  /// Frames that are sent twice. Of liquidations nothing says that they are one, and both are handed on.
  private static let numbers = ChaosRepair(
    testDescription: "trades known by their numbers", faults: [(start, .duplicates(50))], finding: "trade "
  ) { tuning, _ in tuning.repair.recount = 1 }

  /// Frames that come late, or in another order: what came before its turn waits. REST is out of order meanwhile, else it
  /// may be quicker.
  private static let waiting = ChaosRepair(
    testDescription: "what waits for what is late",
    faults: [(start, .status(500, count: 1000)), (0, .late(topic: trades, count: 30, milliseconds: 150))],
    finding: "trade "
  ) { tuning, _ in tuning.repair.tradeHold = 0 }

  /// The same of candles: the end of one comes after the beginning of the next.
  private static let waitingCandles = ChaosRepair(
    testDescription: "candles that wait for what is late",
    faults: [(start, .status(500, count: 1000)), (0, .late(topic: candles, count: 1, milliseconds: 150))],
    finding: "the final "
  ) { tuning, _ in (tuning.repair.candleHold, tuning.repair.patience) = (0, 0) }

  /// A frame that cannot be read. That it ends nothing is tolerance, and needs no repair; that it is kept does.
  private static let quarantine = ChaosRepair(
    testDescription: "the quarantine", faults: [(start, .garbage("{"))], finding: "0 of "
  ) { tuning, _ in tuning.quarantinedFrames = 0 }

  // MARK: REST

  /// 429 and 418: whoever asks on is banned for longer.
  private static let bans = ChaosRepair(
    testDescription: "the gate of a ban", faults: [(start, .ban(429))] + outage, finding: "requests while"
  ) { tuning, _ in tuning.circuit.longestBan = 0 }

  /// A question that is answered with an error is asked again.
  private static let questions = ChaosRepair(
    testDescription: "a second question after an error", faults: [(start, .status(500, count: 1000))] + outage,
    finding: "no trade after"
  ) { tuning, _ in
    (tuning.repair.firstPause, tuning.repair.longestPause, tuning.repair.jitter) = (never, never, { $0.upperBound })
  }

  /// An answer that never ends: the question is given up and asked again.
  private static let deadline = ChaosRepair(
    testDescription: "the deadline of a question",
    faults: [(start, .slow(milliseconds: 30_000, count: 1000))] + outage, finding: "no trade after"
  ) { tuning, _ in tuning.repair.deadline = never }

  static let all = [
    reconnection, pings, resubscription, succession, candleHoles, tradeHoles, lastFrames, lead, numbers, waiting,
    waitingCandles, quarantine, bans, questions, deadline,
  ]
}
