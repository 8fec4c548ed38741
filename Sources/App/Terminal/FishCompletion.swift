/// Completions for fish (https://fishshell.com/docs/current/completions.html).
enum FishCompletion {
  private static let start = "complete -c marketgate"

  static var script: String {
    let names = HelpText.commands.map(\.name).joined(separator: " ")
    var lines = [
      "# Completions of marketgate for fish; made by `marketgate completions fish`.", "\(start) -f",
    ]
    for command in HelpText.commands {
      lines.append(
        "\(start) -n 'not __fish_seen_subcommand_from \(names)' -a \(command.name) -d \(quoted(command.summary))")
    }
    for flag in CompletionWords.first {
      lines.append(
        option(
          "not __fish_seen_subcommand_from \(names)", flag.flag, flag.help, flag.takesValue,
          Setting.all.first { $0.flag == flag.flag }.map(CompletionWords.words) ?? []))
    }
    for command in HelpText.commands {
      let condition = "__fish_seen_subcommand_from \(command.name)"
      for one in command.options {
        lines.append(option(condition, one.flag, one.help, one.value != nil, one.offer.words))
      }
      for argument in command.arguments {
        if case .folders = argument.offer {
          lines.append("\(start) -n '\(condition)' -a '(__fish_complete_directories)'")
        } else if !argument.offer.words.isEmpty {
          lines.append("\(start) -n '\(condition)' -a \(quoted(argument.offer.words.joined(separator: " ")))")
        }
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func option(
    _ condition: String, _ flag: String, _ help: String, _ takesValue: Bool, _ words: [String]
  ) -> String {
    var line = "\(start) -n '\(condition)' -l \(flag.dropFirst(2)) -d \(quoted(help))"
    if takesValue { line += " -x" }
    if !words.isEmpty { line += " -a \(quoted(words.joined(separator: " ")))" }
    return line
  }

  /// In single quotes only the quote and the backslash have a meaning.
  private static func quoted(_ text: String) -> String {
    "'" + text.map { "'\\".contains($0) ? "\\\($0)" : String($0) }.joined() + "'"
  }
}
