/// A task of the command line besides serving: its words and options, from which its `--help` is made.
enum Tool: String, CaseIterable {
  case record
  case doctor

  /// An option of one tool; settings are not among them.
  struct Option {
    let flag: String
    /// What stands after it in the help; `nil` when it stands alone.
    let value: String?
    let help: String
  }

  /// What was given to a tool.
  struct Words: Equatable {
    /// Those without a flag, in order.
    var bare: [String] = []
    /// By flag.
    var options: [String: String] = [:]

    /// The elements of an option that is a list; `nil` when it was not given.
    func list(_ flag: String) -> [String]? {
      options[flag]?.split(separator: ",").map { String($0.filter { $0 != " " }) }.filter { !$0.isEmpty }
    }

    /// A whole number; a fault when it is none or out of range.
    func integer(_ flag: String, in range: ClosedRange<Int64>, faults: inout [String]) -> Int64? {
      guard let text = options[flag] else { return nil }
      guard let number = Int64(text), range.contains(number) else {
        faults.append("\(flag) \"\(text)\" must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        return nil
      }
      return number
    }
  }

  private static let demo = Option(
    flag: "--demo", value: nil, help: "ask the bundled recording instead of the exchanges: no network, no keys")

  var options: [Option] {
    switch self {
    case .record:
      [
        Option(flag: "--symbols", value: "A,B", help: "what to record (default: SUPPORTED_SYMBOLS)"),
        Option(
          flag: "--channels", value: "A,B",
          help: "of \(CaptureChannel.allCases.map(\.rawValue).joined(separator: ", ")) (default: all)"),
        Option(flag: "--seconds", value: "N", help: "end after so long (default: when asked to)"),
        Option(flag: "--max-megabytes", value: "N", help: "end when the recording is so long (default: 10240)"),
        Tool.demo,
      ]
    case .doctor:
      [
        Option(flag: "--symbol", value: "A", help: "what to ask about (default: the first of SUPPORTED_SYMBOLS)"),
        Option(flag: "--json", value: nil, help: "one object a line"),
        Tool.demo,
      ]
    }
  }

  /// What `marketgate TOOL --help` prints.
  var usage: String {
    var text =
      switch self {
      case .record:
        """
        marketgate record DIR [options] - writes the frames and replies of the exchanges as they come

        Connects to the exchanges of EXCHANGES as the gateway does, and writes what they send into the
        folder DIR until SIGINT or SIGTERM. The files: docs/recording-format.md.

        exit codes: 0 stopped as asked, 2 bad configuration, 1 it could not be written, or no symbol is listed


        """
      case .doctor:
        """
        marketgate doctor [options] - asks the exchanges everything once and names what differs

        Asks each question the exchanges of EXCHANGES declare, opens each of their streams, and prints a
        line for each check: ok, quiet (nothing happened to be sent) or FAILED with what differs.

        exit codes: 0 all is as declared, 2 bad configuration, 1 something differs


        """
      }
    for option in options {
      text += "  \(option.flag)\(option.value.map { " \($0)" } ?? "")\n      \(option.help)\n"
    }
    return text + "\nThe settings of `marketgate --help` are options too.\n"
  }
}

extension CommandLineArguments {
  /// Reads what follows the name of a tool.
  mutating func take(_ tool: Tool, _ words: ArraySlice<String>) {
    var rest = words
    var given = Tool.Words()
    while let argument = rest.popFirst() {
      if argument == "--help" || argument == "-h" {
        command = .toolHelp(tool)
        return
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if let option = tool.options.first(where: { $0.flag == parts[0] }) {
        take(option, parts, &rest, &given)
      } else if argument.hasPrefix("-") {
        takeFlag(argument, &rest)
      } else {
        given.bare.append(argument)
      }
    }
    switch tool {
    case .record: command = .record(RecordOptions(given, faults: &faults))
    case .doctor: command = .doctor(DoctorOptions(given, faults: &faults))
    }
  }

  private mutating func take(
    _ option: Tool.Option, _ parts: [String], _ rest: inout ArraySlice<String>, _ given: inout Tool.Words
  ) {
    if option.value == nil {
      given.options[option.flag] = ""
      if parts.count == 2 { faults.append("\(option.flag) has no value") }
    } else if let value = parts.count == 2 ? parts[1] : rest.popFirst() {
      given.options[option.flag] = value
    } else {
      faults.append("\(option.flag) needs a value")
    }
  }
}
