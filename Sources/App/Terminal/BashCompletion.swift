/// Completions for bash (Bash Reference Manual §8.6): a function that looks at the words before the cursor.
enum BashCompletion {
  static var script: String {
    let commands = HelpText.commands
    let flags = CompletionWords.first
    return """
      # Completions of marketgate for bash; made by `marketgate completions bash`.
      _marketgate() {
        local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= place=0 i
        # Readline makes words of its own of what stands around an equals sign.
        if [[ $current == = ]]; then current=; elif [[ $previous == = ]]; then previous=${COMP_WORDS[COMP_CWORD-2]}; fi
        for ((i = 1; i < COMP_CWORD; i++)); do
          case ${COMP_WORDS[i]} in
            =) ((i++)) ;;
            \(commands.map(\.name).joined(separator: "|"))) [[ -z $command ]] && command=${COMP_WORDS[i]} || ((place++)) ;;
            \(takers.joined(separator: "|"))) [[ ${COMP_WORDS[i+1]} == = ]] || ((i++)) ;;
            -*) ;;
            *) ((place++)) ;;
          esac
        done
        COMPREPLY=()
        case $command in
      \(commands.map(block).joined(separator: "\n"))
          *)
      \(choices(nil))
            if [[ $current == -* ]]; then
              COMPREPLY=($(compgen -W '\(flags.map(\.flag).joined(separator: " "))' -- "$current"))
            else
              COMPREPLY=($(compgen -W '\(commands.map(\.name).joined(separator: " "))' -- "$current"))
            fi ;;
        esac
      }
      complete -o default -F _marketgate marketgate
      """
  }

  /// Flags that are followed by a value, of any command: what stands behind them is no word of its own.
  private static var takers: [String] {
    let options = HelpText.commands.flatMap { CompletionWords.options(of: $0) } + CompletionWords.settings
    return Set(options.filter(\.takesValue).map(\.flag)).sorted()
  }

  private static func block(_ command: ToolDescription) -> String {
    let flags =
      CompletionWords.options(of: command).map(\.flag)
      + (command.name == ToolDescription.serve.name ? CompletionWords.settings.map(\.flag) : []) + ["--help"]
    var text = """
          \(command.name))
      \(choices(command))
            if [[ $current == -* ]]; then
              COMPREPLY=($(compgen -W '\(flags.joined(separator: " "))' -- "$current")); return
            fi

      """
    if !command.arguments.isEmpty {
      text += "      case $place in\n"
      for (index, argument) in command.arguments.enumerated() {
        let place = argument.isRepeated ? "*" : String(index)
        switch argument.offer {
        case .folders: text += "        \(place)) COMPREPLY=($(compgen -d -- \"$current\")) ;;\n"
        default:
          text +=
            "        \(place)) COMPREPLY=($(compgen -W '\(argument.offer.words.joined(separator: " "))' -- \"$current\")) ;;\n"
        }
      }
      text += "      esac\n"
    }
    return text + "      ;;"
  }

  private static func choices(_ command: ToolDescription?) -> String {
    var text = "      case $previous in\n"
    for (flag, words) in CompletionWords.choices(of: command) {
      text +=
        "        \(flag)) COMPREPLY=($(compgen -W '\(words.joined(separator: " "))' -- \"$current\")); return ;;\n"
    }
    // After any other flag with a value there is nothing to offer but files, which bash does by itself.
    text += "        \(takers.joined(separator: "|"))) return ;;\n"
    return text + "      esac"
  }
}
