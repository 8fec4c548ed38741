/// Colours and weights of a terminal (ECMA-48 §8.3.117, SGR), or none at all.
struct Ink: Equatable {
  /// What a text may look like.
  enum Tint: String {
    case bold = "1"
    case faint = "2"
    case red = "31"
    case green = "32"
  }

  /// Whether anything is coloured.
  let isOn: Bool

  /// A text in a tint.
  func paint(_ text: String, _ tint: Tint?) -> String {
    guard isOn, let tint, !text.isEmpty else { return text }
    return "\u{1B}[\(tint.rawValue)m\(text)\u{1B}[0m"
  }
}
