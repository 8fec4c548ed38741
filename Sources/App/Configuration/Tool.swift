/// A command besides serving: what stands behind its name is read by the table of its description.
enum Tool: String, CaseIterable {
  case tail
  case get
  case exchanges
  case record
  case doctor
  case completions
  case man

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

  var description: ToolDescription {
    switch self {
    case .tail: .tail
    case .get: .get
    case .exchanges: .exchanges
    case .record: .record
    case .doctor: .doctor
    case .completions: .completions
    case .man: .man
    }
  }

  var options: [ToolDescription.Option] { description.options }

  /// What `marketgate TOOL --help` prints.
  var usage: String { HelpText.usage(of: description) }

  /// What was asked of it, from its words.
  func command(_ given: Words, faults: inout [String]) -> CommandLineArguments.Command {
    switch self {
    case .tail: return .tail(TailOptions(given, faults: &faults))
    case .get: return .get(GetOptions(given, faults: &faults))
    case .exchanges: return .get(GetOptions(exchanges: given, faults: &faults))
    case .record: return .record(RecordOptions(given, faults: &faults))
    case .doctor: return .doctor(DoctorOptions(given, faults: &faults))
    case .completions: return .completions(Shell.read(given, faults: &faults))
    case .man:
      refuse(given.bare, &faults)
      return .manualPage
    }
  }

  private func refuse(_ words: [String], _ faults: inout [String]) {
    faults += words.map { "\"\($0)\" is not known; see \(rawValue) --help" }
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
    command = tool.command(given, faults: &faults)
  }

  private mutating func take(
    _ option: ToolDescription.Option, _ parts: [String], _ rest: inout ArraySlice<String>, _ given: inout Tool.Words
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
