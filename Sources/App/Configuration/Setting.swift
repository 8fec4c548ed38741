internal import Wire

/// One thing that can be configured: its name, its default, what it means and what it may hold. The table of all of them
/// is `Setting.all`; `--help` and docs/configuration.md are made from it.
struct Setting: Sendable {
  /// What a value must be.
  enum Kind: Sendable {
    case text
    case integer(ClosedRange<Int64>)
    case list
    /// Origins of pages, or `*`.
    case origins
    /// Host names and addresses, or `*`.
    case hosts
    case choice([String])
    /// Some of these words, or none.
    case selection([String])
    case flag
    case address(schemes: [String])
    case file
  }

  /// The environment variable (`APP_PORT`); the flag is the same in lower case with dashes (`--app-port`).
  let name: String
  let kind: Kind
  /// The value when nothing else is given; empty for none.
  let defaultValue: String
  /// One sentence.
  let help: String
  /// Another variable that means the same and is read when this one is absent.
  var alias: String?
  /// Never printed.
  var isSecret = false

  /// The command-line flag.
  var flag: String { "--" + name.lowercased().map { $0 == "_" ? "-" : String($0) }.joined() }

  /// Whether the flag stands alone, without a value.
  var isSwitch: Bool { if case .flag = kind { true } else { false } }

  /// What is wrong with a value; `nil` when nothing is.
  func fault(in value: String) -> String? {
    switch kind {
    case .text, .list: return nil
    case .origins:
      return Setting.elements(of: value).allSatisfy(OriginPolicy.understands)
        ? nil : "must be * or origins like https://desk.example, with commas between them"
    case .hosts:
      return Setting.elements(of: value).allSatisfy(HostPolicy.understands)
        ? nil : "must be * or names like desk.example, with commas between them"
    case .file: return value.contains("\0") ? "must be a path" : nil
    case .integer(let range):
      guard let number = Int64(value), range.contains(number) else {
        return "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
      }
      return nil
    case .choice(let words):
      return words.contains { $0.lowercased() == value.lowercased() }
        ? nil : "must be one of \(words.joined(separator: ", "))"
    case .selection(let words):
      let chosen = Setting.elements(of: value).map { $0.lowercased() }
      return chosen == [Setting.none] || chosen.allSatisfy(words.contains)
        ? nil : "must be some of \(words.joined(separator: ", ")), or \(Setting.none)"
    case .flag:
      return Setting.truth(value) == nil ? "must be on or off" : nil
    case .address(let schemes):
      let isAddress = schemes.contains { value.hasPrefix($0 + "://") && value.utf8.count > $0.utf8.count + 3 }
      return isAddress ? nil : "must start with \(schemes.map { $0 + "://" }.joined(separator: " or "))"
    }
  }

  /// The word for no element of a selection: an empty value in the environment means that the variable is not set.
  static let none = "none"

  /// The elements of a list, without the blanks around them and the empty ones.
  static func elements(of value: String) -> [String] {
    value.split(separator: ",").map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
      .filter { !$0.isEmpty }
  }

  /// On or off in the words people write.
  static func truth(_ value: String) -> Bool? {
    switch value.lowercased() {
    case "1", "true", "on", "yes": true
    case "0", "false", "off", "no", "": false
    default: nil
    }
  }
}
