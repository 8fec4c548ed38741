/// A flag of the program itself, before or without a command.
enum ProgramFlag: String, CaseIterable {
  case checkConfiguration = "--check-config"
  case configurationDocument = "--print-config-docs"
  case version = "--version"
  case help = "--help"

  var help: String {
    switch self {
    case .checkConfiguration: "read the configuration, say what is wrong with it, and end"
    case .configurationDocument: "print docs/configuration.md"
    case .version: "print the version"
    case .help: "print this; after a command, its own"
    }
  }

  var command: CommandLineArguments.Command {
    switch self {
    case .checkConfiguration: .checkConfiguration
    case .configurationDocument: .configurationDocument
    case .version: .version
    case .help: .help
    }
  }

  /// What a word means; `-h` and `help` are the help too.
  init?(word: String) {
    self.init(rawValue: ["-h", "help"].contains(word) ? ProgramFlag.help.rawValue : word)
  }
}
