/// After how long a stream that sends nothing is looked into. All in milliseconds.
public struct SilenceLimits: Sendable {
  /// Messages within this time of the first are one burst. For a Poisson stream the wait beyond it has the law of any
  /// wait, so leaving it out costs no exactness.
  public var burst: Int64 = 500
  /// No stream is taken for silent before this has passed since its last message, however fast it is.
  public var floor: Int64 = 8000
  /// The same for liquidations of all instruments, which come in cascades with quiet hours between.
  public var sparseFloor: Int64 = 900_000
  /// A stream of at least one message a second is suspected after this: at that rate it also happens by chance.
  public var suspicion: Int64 = 9300
  /// After a subscription that has delivered nothing, the exchange is asked for the first time whether it trades.
  public var firstQuestion: Int64 = 4000
  /// By then a stream must have delivered what the exchange says it trades.
  public var verdict: Int64 = 15_000
  /// The exchange is asked again so long before the verdict.
  public var questionLead: Int64 = 3000
  /// Questions to an exchange are so far apart: hundreds of quiet instruments must not use up what it allows.
  public var questionSpacing: Int64 = 3000
  /// A stream may lag behind the answer to a question by this.
  public var grace: Int64 = 2000
  /// Questions and attempts at one stream are never further apart.
  public var longestPause: Int64 = 600_000
  /// A stream that was taken for silent once is no longer looked at with more patience after this.
  public var calm: Int64 = 3_600_000
  /// How often the streams are looked at.
  public var period: Int64 = 500

  /// The usual ones.
  public init() {}

  /// How many bounds to wait doubles with each alarm up to this many times.
  static let mostDoublings = 6
}
