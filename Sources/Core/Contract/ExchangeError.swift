/// Why an exchange's answer is none, and what may be done about it.
public struct ExchangeError: Error, Sendable, Equatable {
  /// Whose fault it is, and so who must act.
  public enum Kind: Sendable, Equatable {
    /// The exchange has no such data of the instrument: no funding of a dated future.
    case unsupported
    /// The exchange does not know the symbol, though our list had it.
    case unknownSymbol
    /// The exchange refused the request as we formed it.
    case rejected
    /// Too many requests; stay away for a while.
    case limited
    /// Refused for who or where we are (HTTP 403, 451).
    case blocked
    /// The exchange says it is out of order (HTTP 5xx and its own codes for it); with the advice of a pause: it has
    /// failed again and again, and is not asked meanwhile.
    case unavailable
    /// No connection could be made, or it broke.
    case unreachable
    /// No answer in time.
    case timeout
    /// An answer that is not what is documented.
    case malformed
  }

  /// May the same request be sent again?
  public enum Advice: Sendable, Equatable {
    /// Yes, after a short backoff.
    case retry
    /// Not before so many milliseconds have passed, and no other request to this exchange either.
    case pause(milliseconds: Int64)
    /// No: it would be answered the same way.
    case never
  }

  /// What happened.
  public let kind: Kind
  /// What may be done.
  public let advice: Advice
  /// One sentence for the log and the client; names no address.
  public let reason: String

  /// An error of the given properties.
  public init(_ kind: Kind, _ advice: Advice, _ reason: String) {
    self.kind = kind
    self.advice = advice
    self.reason = reason
  }

  /// For how many milliseconds nothing more may be asked; `nil` where that is not said.
  public var pauseMilliseconds: Int64? {
    if case .pause(let milliseconds) = advice { milliseconds } else { nil }
  }

  /// The exchange has no such data of the instrument.
  public static let unsupported = ExchangeError(.unsupported, .never, "there is no such data of this instrument")

  /// An answer that is not what is documented.
  public static func malformed(_ reason: String) -> ExchangeError {
    ExchangeError(.malformed, .never, reason)
  }
}
