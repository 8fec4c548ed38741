/// The manual page in the macros of man(7), made from the tables of commands and settings.
enum ManualPage {
  static var text: String {
    var page = """
      .\\" Made by `marketgate man`.
      .TH MARKETGATE 1 "" "marketgate \(escaped(Version.text))" "User Commands"
      .SH NAME
      marketgate \\- a self\\-hosted gateway for crypto market data
      .SH SYNOPSIS

      """
    for command in HelpText.commands {
      page += ".B marketgate\n\(escaped(synopsis(command)))\n.br\n"
    }
    page += ".SH DESCRIPTION\n"
    page += paragraph(
      "One process holds the connections to the exchanges, turns what they send into one vocabulary, and serves it to any "
        + "number of clients over REST and WebSocket. The other commands show the market in a terminal, or look after "
        + "the gateway.")
    page += ".SH COMMANDS\n"
    for command in HelpText.commands { page += section(command) }
    page += ".SH OPTIONS\n"
    for flag in ProgramFlag.allCases { page += item(flag.rawValue, nil, flag.help) }
    page += ".SH SETTINGS\n" + paragraph(HelpText.precedence)
    for setting in Setting.all { page += item(of: setting) }
    page += ".SH EXIT STATUS\n"
    for (code, meaning) in [
      ("0", "stopped as asked; what was asked for has been shown"), ("2", "bad configuration"), ("1", "anything else"),
    ] {
      page += ".TP\n.B \(code)\n\(escaped(meaning))\n"
    }
    page += ".SH ENVIRONMENT\n" + paragraph("Besides the settings:")
    for (name, meaning) in variables { page += ".TP\n.B \(escaped(name))\n\(escaped(meaning))\n" }
    return page + ".SH SEE ALSO\n" + paragraph("The folder docs of the project; /docs of a gateway that runs.")
  }

  private static let variables = [
    ("NO_COLOR", "When it is set and not empty, nothing is coloured."),
    ("COLUMNS", "The width of lines where standard output is no terminal, or one that does not know."),
    ("HTTPS_PROXY, NO_PROXY", "The proxy to the exchanges, and hosts that are reached without it."),
  ]

  private static func synopsis(_ command: ToolDescription) -> String {
    let name = command.name == ToolDescription.serve.name ? "[\(command.name)]" : command.name
    return ([name] + command.arguments.map(\.synopsis) + ["[options]"]).joined(separator: " ")
  }

  private static func section(_ command: ToolDescription) -> String {
    var text = ".SS \"\(escaped(synopsis(command)))\"\n"
    text += paragraph(command.summary.prefix(1).uppercased() + command.summary.dropFirst() + ".")
    for one in command.paragraphs { text += paragraph(one) }
    for option in command.options { text += item(option.flag, option.value, option.help) }
    for example in command.examples {
      text += ".PP\n\(escaped(example.purpose)):\n.PP\n.nf\n.RS\n\(escaped(example.command))\n.RE\n.fi\n"
    }
    return text + paragraph("Exit status: 0 \(command.success); 2 bad configuration; 1 \(command.failure).")
  }

  private static func item(of setting: Setting) -> String {
    let names = ([setting.name] + (setting.alias.map { [$0] } ?? [])).joined(separator: " or ")
    let value = setting.defaultValue.isEmpty ? "" : " (default \(setting.defaultValue))"
    return item(setting.flag, setting.isSwitch ? nil : "VALUE", "\(names)\(value): \(setting.help)")
  }

  private static func item(_ flag: String, _ value: String?, _ help: String) -> String {
    ".TP\n\\fB\(escaped(flag))\\fR\(value.map { " \\fI\(escaped($0))\\fR" } ?? "")\n\(escaped(help))\n"
  }

  private static func paragraph(_ text: String) -> String { ".PP\n\(escaped(text))\n" }

  /// A backslash begins an escape, a dot or a quote at the start of a line a request, and a bare hyphen may be set as another
  /// character than the minus that is typed (groff_char(7)).
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "\"": result += "\\(dq"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      default: result.append(character)
      }
    }
    return result.hasPrefix(".") ? "\\&" + result : result
  }
}
