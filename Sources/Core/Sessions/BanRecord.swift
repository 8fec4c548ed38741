internal import Contract
public import Model

/// An exchange wants no request for a while (HTTP 429, 418).
public struct Ban: Sendable, Equatable {
  /// When it was said.
  public let since: Timestamp
  /// When it is over.
  public let until: Timestamp
  /// Why, in one sentence.
  public let reason: String

  /// A ban by our time of day.
  public init(since: Timestamp, until: Timestamp, reason: String) {
    self.since = since
    self.until = until
    self.reason = reason
  }

  /// The longest one that is believed, in milliseconds.
  public static let longest = UpstreamReply.maxPauseMilliseconds

  /// For how many milliseconds it is still in force. A clock that has been put back makes it no longer than it was at its
  /// beginning, and nothing makes it longer than the longest.
  public func remaining(at now: Timestamp) -> Int64 {
    max(0, min(until.milliseconds(since: now), until.milliseconds(since: since), Ban.longest))
  }
}

/// Remembers bans beyond the life of the process: who asks during one is banned for longer.
public protocol BanRecord: Sendable {
  /// The last ban of an exchange; `nil` when none is known.
  func ban(of exchange: ExchangeID) -> Ban?
  /// Remembers a ban; returns at once.
  func keep(_ ban: Ban, of exchange: ExchangeID)
}
