/// The identity of an exchange: its lower-case name, as it stands in a path (`binance`).
///
/// Open on purpose: each exchange declares its own, so adding one adds no case anywhere.
public struct ExchangeID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The lower-case name.
  public let name: String

  /// An identity of the given name; letters are lowered, as paths are case-insensitive.
  public init(_ name: String) {
    self.name = name.lowercased()
  }

  /// The lower-case name.
  public var description: String { name }

  /// Alphabetical order of the names.
  public static func < (left: ExchangeID, right: ExchangeID) -> Bool {
    left.name < right.name
  }
}
