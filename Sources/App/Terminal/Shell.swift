/// A shell that can complete the program's words.
enum Shell: String, CaseIterable {
  case bash
  case zsh
  case fish

  /// How its completions come into force.
  var installation: String {
    switch self {
    case .bash: "`eval \"$(marketgate completions bash)\"` in ~/.bashrc"
    case .zsh: "a file _marketgate in a folder of $fpath"
    case .fish: "~/.config/fish/completions/marketgate.fish"
    }
  }

  /// The shell that was named; the first one with a fault when none was.
  static func read(_ words: Tool.Words, faults: inout [String]) -> Shell {
    if words.bare.count == 1, let shell = Shell(rawValue: words.bare[0]) { return shell }
    faults.append("completions needs one of \(allCases.map(\.rawValue).joined(separator: ", "))")
    return .bash
  }

  /// What the shell reads.
  var completions: String {
    switch self {
    case .bash: BashCompletion.script
    case .zsh: ZshCompletion.script
    case .fish: FishCompletion.script
    }
  }
}

/// What completions are made of, for every shell: the tables of commands and settings.
enum CompletionWords {
  /// Flags before a command: the program's own, those of serving, and the settings.
  static let first: [(flag: String, help: String, takesValue: Bool)] =
    ProgramFlag.allCases.map { ($0.rawValue, $0.help, false) } + options(of: .serve) + settings

  /// The settings, which are options of every command.
  static let settings: [(flag: String, help: String, takesValue: Bool)] =
    CommandLineArguments.shortcuts.keys.sorted().map { ($0, "where to listen", true) }
    + Setting.all.map { ($0.flag, $0.help, !$0.isSwitch) }

  static func options(of command: ToolDescription) -> [(flag: String, help: String, takesValue: Bool)] {
    command.options.map { ($0.flag, $0.help, $0.value != nil) }
  }

  /// The words of a setting that has only some.
  static func words(of setting: Setting) -> [String] {
    if case .choice(let words) = setting.kind { words } else { [] }
  }

  /// Options that have words of their own, whether of commands or settings.
  static func choices(of command: ToolDescription?) -> [(flag: String, words: [String])] {
    let options = (command?.options ?? []).map { ($0.flag, $0.offer.words) }
    let settings = Setting.all.map { ($0.flag, words(of: $0)) }
    return (options + settings).filter { !$0.1.isEmpty }
  }
}
