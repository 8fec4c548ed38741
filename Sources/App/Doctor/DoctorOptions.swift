/// What `marketgate doctor` was asked for.
struct DoctorOptions: Equatable {
  /// `nil` for one of the configured ones.
  private(set) var symbol: String?
  private(set) var isJSON: Bool
  private(set) var isDemo: Bool

  init(_ words: Tool.Words, faults: inout [String]) {
    symbol = words.options["--symbol"]
    isJSON = words.options["--json"] != nil
    isDemo = words.options["--demo"] != nil
    for word in words.bare { faults.append("\"\(word)\" is not known; see doctor --help") }
  }
}
