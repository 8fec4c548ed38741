/// What the program was asked to do on the command line.
struct CommandLineArguments {
  /// What to do.
  enum Command: Equatable {
    case serve(demo: Bool)
    case help
    case version
    case checkConfiguration
    case configurationDocument
    case record(RecordOptions)
    case doctor(DoctorOptions)
    case tail(TailOptions)
    case get(GetOptions)
    case completions(Shell)
    case manualPage
    case toolHelp(Tool)
  }

  var command = Command.serve(demo: false)
  /// Settings given as flags, by variable name.
  var flags: [String: String] = [:]
  /// One line for each fault.
  var faults: [String] = []

  /// Shorter names of often used flags.
  static let shortcuts = ["--host": "APP_HOST", "--port": "APP_PORT"]

  init(_ arguments: [String]) {
    var rest = arguments[...]
    if let tool = rest.first.flatMap({ Tool(rawValue: $0) }) {
      take(tool, rest.dropFirst())
      return
    }
    while let argument = rest.popFirst() {
      if argument == ToolDescription.serve.name { continue }
      if let flag = ProgramFlag(word: argument) {
        command = flag.command
      } else if ToolDescription.serve.options.contains(where: { $0.flag == argument }) {
        command = .serve(demo: true)
      } else {
        takeFlag(argument, &rest)
      }
    }
  }

  mutating func takeFlag(_ argument: String, _ rest: inout ArraySlice<String>) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let name = CommandLineArguments.shortcuts[parts[0]]
    guard let setting = Setting.all.first(where: { $0.name == name || $0.flag == parts[0] }) else {
      faults.append("\"\(argument)\" is not known; see --help")
      return
    }
    if parts.count == 2 {
      flags[setting.name] = parts[1]
    } else if setting.isSwitch {
      flags[setting.name] = "on"
    } else if let value = rest.popFirst() {
      flags[setting.name] = value
    } else {
      faults.append("\(argument) needs a value")
    }
  }
}
