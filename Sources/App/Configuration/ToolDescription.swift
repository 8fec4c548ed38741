internal import Contract
internal import Exchanges
internal import Model

/// A command of the program, as people and shells read it: what it takes, what its options are, how it ends. Parsing,
/// `--help`, the completions and the manual page are made of it.
struct ToolDescription: Sendable {
  /// What a shell offers in a place.
  enum Offer: Sendable {
    case nothing
    case words([String])
    /// Names of exchanges, and some more.
    case exchanges(and: [String])
    /// Lengths of candles.
    case intervals
    case folders

    /// The words there are; none for folders, which the shell knows.
    var words: [String] {
      switch self {
      case .nothing, .folders: []
      case .words(let words): words
      case .exchanges(let more): Registry.exchanges.map(\.id.name) + more
      case .intervals:
        // Of the exchange that has the most.
        Registry.exchanges.map(\.declaration.capabilities.intervals).max { $0.count < $1.count }?
          .map(\.description) ?? []
      }
    }
  }

  /// A word without a flag.
  struct Argument: Sendable {
    let name: String
    var isRequired = true
    /// Whether more of its kind may follow.
    var isRepeated = false
    var offer = Offer.nothing

    /// As a synopsis shows it: `SYMBOL...`, `[INTERVAL]`.
    var synopsis: String {
      let text = isRepeated ? name + "..." : name
      return isRequired ? text : "[\(text)]"
    }
  }

  /// An option of one command; settings are not among them.
  struct Option: Sendable {
    let flag: String
    /// What stands after it in the help; `nil` when it stands alone.
    let value: String?
    let help: String
    var offer = Offer.nothing
  }

  let name: String
  /// One line.
  let summary: String
  var arguments: [Argument] = []
  var options: [Option] = []
  /// What is to be known of it, a paragraph each.
  let paragraphs: [String]
  /// Commands as they are typed, with what each is for.
  var examples: [(command: String, purpose: String)] = []
  /// What exit code 0 means.
  let success: String
  /// What exit code 1 means.
  let failure: String

  /// `marketgate tail EXCHANGE [SYMBOL...] [options]`
  var synopsis: String {
    (["marketgate", name] + arguments.map(\.synopsis) + ["[options]"]).joined(separator: " ")
  }
}
