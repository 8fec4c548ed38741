extension ToolDescription {
  private static let demo = Option(
    flag: "--demo", value: nil, help: "ask the bundled recording instead of the exchanges: no network, no keys")

  static let serve = ToolDescription(
    name: "serve", summary: "connect to the exchanges and answer clients (the default)",
    options: [
      Option(flag: "--demo", value: nil, help: "play the bundled recording instead: no network, no keys")
    ],
    paragraphs: ["The first line on standard output says where it listens; logs go to standard error."],
    success: "stopped as asked", failure: "it could not be started")

  static let record = ToolDescription(
    name: "record", summary: "write what the exchanges send into a folder",
    arguments: [Argument(name: "DIR", offer: .folders)],
    options: [
      Option(flag: "--symbols", value: "A,B", help: "what to record (default: SUPPORTED_SYMBOLS)"),
      Option(
        flag: "--channels", value: "A,B",
        help: "of \(CaptureChannel.allCases.map(\.rawValue).joined(separator: ", ")) (default: all)",
        offer: .words(CaptureChannel.allCases.map(\.rawValue))),
      Option(flag: "--seconds", value: "N", help: "end after so long (default: when asked to)"),
      Option(flag: "--max-megabytes", value: "N", help: "end when the recording is so long (default: 10240)"),
      demo,
    ],
    paragraphs: [
      "Connects to the exchanges of EXCHANGES as the gateway does, and writes what they send into the folder DIR until "
        + "SIGINT or SIGTERM. The files: docs/recording-format.md."
    ],
    success: "stopped as asked", failure: "it could not be written, or no symbol is listed")

  static let doctor = ToolDescription(
    name: "doctor", summary: "ask the exchanges everything once, name what differs",
    options: [
      Option(flag: "--symbol", value: "A", help: "what to ask about (default: the first of SUPPORTED_SYMBOLS)"),
      Option(flag: "--json", value: nil, help: "one object a line"),
      demo,
    ],
    paragraphs: [
      "Asks each question the exchanges of EXCHANGES declare, opens each of their streams, and prints a line for each "
        + "check: ok, quiet (nothing happened to be sent) or FAILED with what differs."
    ],
    success: "all is as declared", failure: "something differs")

  static let completions = ToolDescription(
    name: "completions", summary: "print the completions of a shell",
    arguments: [Argument(name: "SHELL", offer: .words(Shell.allCases.map(\.rawValue)))],
    paragraphs: [
      "SHELL is \(Shell.allCases.map(\.rawValue).joined(separator: ", ")). What is printed is read by the shell: "
        + Shell.allCases.map { "for \($0.rawValue) \($0.installation)" }.joined(separator: "; ") + "."
    ],
    success: "printed", failure: "it could not be printed")

  static let man = ToolDescription(
    name: "man", summary: "print the manual page",
    paragraphs: ["Prints the page for man(1), to be kept as marketgate.1 or read at once."],
    examples: [("marketgate man | man -l -", "read it")],
    success: "printed", failure: "it could not be printed")
}
