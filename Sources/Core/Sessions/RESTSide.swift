/// The REST side of an exchange as its streams see it. While both fail, the two together ask no more often than one would: each
/// leaves a pause after an attempt of the other.
public protocol RESTSide: AnyObject, Sendable {
  /// Whether the exchange is asked nothing over REST, or by a probe alone, as it fails again and again.
  var isLeftAlone: Bool { get }
  /// When it was last asked while it was left alone, in monotonic milliseconds; `nil` while it is not.
  var lastProbe: Int64? { get }

  /// A stream is asked for while streams cannot be had. For so many milliseconds nothing else is to be asked.
  func streamAsked(pause milliseconds: Int64)
  /// Streams go on after attempts that failed: the exchange is there.
  func streamsReturned()
}
