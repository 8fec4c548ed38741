/// The texts made from the tables of commands and settings.
enum HelpText {
  /// Every command, the default one first.
  static let commands = [ToolDescription.serve] + Tool.allCases.map(\.description)

  /// In which order a setting is looked for.
  static let precedence =
    "Every option is an environment variable too; a flag wins over the environment, the environment over a .env file "
    + "in the working directory."

  /// The widest line of a text for people.
  static let width = 80

  /// What `--help` prints.
  static var usage: String {
    var text = """
      marketgate - a self-hosted gateway for crypto market data

      usage: marketgate [serve] [--demo] [options]
             marketgate COMMAND [options] | COMMAND --help


      """
    for command in commands { text += row(command.name, command.summary) }
    text += "\n"
    for option in ToolDescription.serve.options { text += row(option.flag, option.help) }
    for flag in ProgramFlag.allCases { text += row(flag.rawValue, flag.help) }
    text += row(
      CommandLineArguments.shortcuts.keys.sorted().joined(separator: ", "),
      "the same as "
        + CommandLineArguments.shortcuts.sorted { $0.key < $1.key }
        .compactMap { entry in Setting.all.first { $0.name == entry.value }?.flag }.joined(separator: " and "))
    text += "\n" + paragraph(precedence) + "\n"
    text += "exit codes: 0 stopped as asked, 2 bad configuration, 1 anything else\n\n\n"
    for setting in Setting.all { text += entry(of: setting) }
    return text
  }

  /// What `marketgate COMMAND --help` prints.
  static func usage(of tool: ToolDescription) -> String {
    var text = "\(tool.synopsis) - \(tool.summary)\n\n"
    for one in tool.paragraphs { text += paragraph(one) + "\n" }
    if !tool.examples.isEmpty {
      for example in tool.examples { text += "  \(example.command)\n      \(example.purpose)\n" }
      text += "\n"
    }
    text += "exit codes:\n"
    for (code, meaning) in [(0, tool.success), (2, "bad configuration"), (1, tool.failure)] {
      text += wrapped("\(code) \(meaning)", indent: 2)
    }
    text += "\n"
    for option in tool.options {
      text += "  \(option.flag)\(option.value.map { " \($0)" } ?? "")\n"
      text += wrapped(option.help, indent: 6)
    }
    return text + "\nThe settings of `marketgate --help` are options too.\n"
  }

  /// docs/configuration.md.
  static var document: String {
    var text = """
      # Configuration

      Made from the table of settings by `marketgate --print-config-docs`; a test keeps it true.

      A flag wins over an environment variable, the environment over a `.env` file in the working directory, the file
      over the default. A wrong value stops the start with one line for each fault and exit code 2.

      | variable | flag | default | |
      |---|---|---|---|

      """
    for setting in Setting.all {
      let name = setting.alias.map { "\(setting.name) (or \($0))" } ?? setting.name
      let value = setting.defaultValue.isEmpty ? "" : "`\(setting.defaultValue)`"
      text += "| \(name) | `\(setting.flag)` | \(value) | \(setting.help) |\n"
    }
    return text + "\n`HTTPS_PROXY` and `NO_PROXY` are honoured for the exchanges' addresses.\n"
  }

  private static func entry(of setting: Setting) -> String {
    let value = setting.isSwitch ? "" : " VALUE"
    var text = "  \(setting.flag)\(value)\n      \(setting.name)"
    if let alias = setting.alias { text += " or \(alias)" }
    text += setting.defaultValue.isEmpty ? "" : " (default \(setting.defaultValue))"
    return text + ": \(setting.help)\n"
  }

  private static func row(_ name: String, _ help: String) -> String {
    TextWidth.padded("  " + name, to: 24) + help + "\n"
  }

  private static func paragraph(_ text: String) -> String { wrapped(text, indent: 0) }

  private static func wrapped(_ text: String, indent: Int) -> String {
    let blanks = String(repeating: " ", count: indent)
    return TextWidth.lines(of: text, width: width - indent).map { blanks + $0 + "\n" }.joined()
  }
}
