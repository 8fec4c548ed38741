/// Completions for zsh (zshcompsys(1), `_arguments`).
enum ZshCompletion {
  static var script: String {
    var text = """
      #compdef marketgate
      # Completions of marketgate for zsh; made by `marketgate completions zsh`.
      _marketgate() {
        local context state line
        local -a commands
        commands=(
      \(HelpText.commands.map { "    \(quoted("\($0.name):\(escaped($0.summary))"))" }.joined(separator: "\n"))
        )
        _arguments -C \\
      \(CompletionWords.first.map { option($0.flag, $0.help, $0.takesValue, words(of: $0.flag)) }.joined(separator: " \\\n")) \\
          '1:command:->command' '*::argument:->argument'
        case $state in
          command) _describe command commands ;;
          argument)
            case $line[1] in

      """
    for command in HelpText.commands { text += block(command) }
    return text + """
            esac ;;
        esac
      }
      _marketgate "$@"
      """
  }

  private static func block(_ command: ToolDescription) -> String {
    var parts = command.options.map { option($0.flag, $0.help, $0.value != nil, $0.offer.words) }
    if command.name == ToolDescription.serve.name {
      parts += CompletionWords.settings.map { option($0.flag, $0.help, $0.takesValue, words(of: $0.flag)) }
    }
    parts.append("    '--help[print its help]'")
    for (index, argument) in command.arguments.enumerated() {
      let place = argument.isRepeated ? "*" : argument.isRequired ? String(index + 1) : "\(index + 1):"
      let separator = argument.isRepeated || argument.isRequired ? ":" : ""
      parts.append("    \(quoted("\(place)\(separator)\(argument.name):\(action(argument.offer))"))")
    }
    return "        \(command.name)) _arguments \\\n" + parts.joined(separator: " \\\n") + " ;;\n"
  }

  private static func action(_ offer: ToolDescription.Offer) -> String {
    if case .folders = offer { return "_files -/" }
    return offer.words.isEmpty ? "" : "(\(offer.words.joined(separator: " ")))"
  }

  private static func option(_ flag: String, _ help: String, _ takesValue: Bool, _ words: [String]) -> String {
    guard takesValue else { return "    \(quoted("\(flag)[\(escaped(help))]"))" }
    let action = words.isEmpty ? "" : "(\(words.joined(separator: " ")))"
    return "    \(quoted("\(flag)=[\(escaped(help))]:value:\(action)"))"
  }

  private static func words(of flag: String) -> [String] {
    Setting.all.first { $0.flag == flag }.map(CompletionWords.words) ?? []
  }

  /// Brackets and colons have a meaning in a specification.
  private static func escaped(_ text: String) -> String {
    text.map { "[]:\\".contains($0) ? "\\\($0)" : String($0) }.joined()
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
