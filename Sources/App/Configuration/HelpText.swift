/// The texts made from the table of settings.
enum HelpText {
  /// What `--help` prints.
  static var usage: String {
    var text = """
      marketgate - a self-hosted gateway for crypto market data

      usage: marketgate [serve] [--demo] [options]
             marketgate record DIR [options] | doctor [options]
             marketgate --check-config | --version | --help

        serve            connect to the exchanges and answer clients (the default)
        --demo           play the bundled recording instead: no network, no keys
        record DIR       write what the exchanges send into a folder; see record --help
        doctor           ask the exchanges everything once, name what differs; see doctor --help
        --check-config   read the configuration, say what is wrong with it, and end
        --host, --port   the same as --app-host and --app-port

      Every option is an environment variable too; a flag wins over the environment,
      the environment over a .env file in the working directory.

      exit codes: 0 stopped as asked, 2 bad configuration, 1 anything else


      """
    for setting in Setting.all {
      let value = setting.isSwitch ? "" : " VALUE"
      text += "  \(setting.flag)\(value)\n      \(setting.name)"
      if let alias = setting.alias { text += " or \(alias)" }
      text += setting.defaultValue.isEmpty ? "" : " (default \(setting.defaultValue))"
      text += ": \(setting.help)\n"
    }
    return text
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
}
