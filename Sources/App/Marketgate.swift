/// The program: what `Main/main.swift` runs.
public enum Marketgate {
  /// Obeys the words of a command line, and gives the exit code.
  public static func run(_ words: [String]) -> Int32 {
    let arguments = CommandLineArguments(words)
    switch arguments.command {
    case .help: SystemFacts.print(HelpText.usage)
    case .version: SystemFacts.print("marketgate \(Version.text)")
    case .configurationDocument: SystemFacts.print(HelpText.document)
    case .toolHelp(let tool): SystemFacts.print(tool.usage)
    case .completions(let shell) where arguments.faults.isEmpty: SystemFacts.print(shell.completions)
    case .manualPage where arguments.faults.isEmpty: SystemFacts.print(ManualPage.text)
    default: return configured(arguments)
    }
    return ServeCommand.ExitCode.stopped
  }

  private static func configured(_ arguments: CommandLineArguments) -> Int32 {
    let file = SystemFacts.text(ofFile: ".env").map(EnvironmentFile.parse) ?? [:]
    let outcome = ConfigurationReader.read(
      flags: arguments.flags, environment: SystemFacts.environment, file: file)
    var faults = arguments.faults
    switch outcome {
    case .faults(let more): faults += more
    case .configuration(let configuration): faults += StartCheck.faults(of: configuration)
    }
    for fault in faults { SystemFacts.printError("configuration: \(fault)") }
    guard faults.isEmpty, case .configuration(let configuration) = outcome else {
      return ServeCommand.ExitCode.badConfiguration
    }
    switch arguments.command {
    case .serve(let demo): return ServeCommand.run(configuration, demo: demo)
    case .record(let options): return RecordCommand.run(configuration, options)
    case .doctor(let options): return DoctorCommand.run(configuration, options)
    case .tail(let options): return TailCommand.run(configuration, options)
    case .get(let options): return GetCommand.run(configuration, options)
    default: return ServeCommand.ExitCode.stopped
    }
  }
}
