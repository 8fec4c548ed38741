/// What `marketgate record` was asked for.
struct RecordOptions: Equatable {
  /// The most symbols of one recording.
  static let maxSymbols = 200

  private(set) var folder = ""
  /// `nil` for the configured ones.
  private(set) var symbols: [String]?
  private(set) var channels = CaptureChannel.allCases
  private(set) var seconds: Int64?
  private(set) var maxMegabytes: Int64?
  private(set) var isDemo = false

  init(_ words: Tool.Words, faults: inout [String]) {
    isDemo = words.options["--demo"] != nil
    if words.bare.count == 1 { folder = words.bare[0] } else { faults.append("record needs one folder to write into") }
    symbols = words.list("--symbols")
    if let symbols, !(1...RecordOptions.maxSymbols).contains(symbols.count) {
      faults.append("--symbols must be 1 to \(RecordOptions.maxSymbols) names")
    }
    if let names = words.list("--channels") {
      channels = CaptureChannel.allCases.filter { names.contains($0.rawValue) }
      if channels.isEmpty || !names.allSatisfy({ CaptureChannel(rawValue: $0) != nil }) {
        let known = CaptureChannel.allCases.map(\.rawValue).joined(separator: ", ")
        faults.append("--channels must be of \(known)")
      }
    }
    seconds = words.integer("--seconds", in: 1...31_536_000, faults: &faults)
    maxMegabytes = words.integer("--max-megabytes", in: 1...1_048_576, faults: &faults)
  }

  /// What is to be recorded, with what the configuration says where nothing was given.
  func wish(_ configuration: Configuration) -> Capture.Wish {
    var wish = Capture.Wish(symbols: symbols ?? configuration.supportedSymbols)
    wish.channels = channels
    wish.milliseconds = seconds.map { $0 * 1000 }
    if let maxMegabytes { wish.limits.totalBytes = maxMegabytes << 20 }
    return wish
  }
}

extension Configuration {
  /// The symbols of the large-trade feed, and those tools take unless told otherwise.
}
