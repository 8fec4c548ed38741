import Glibc
import Support

@testable import App

/// The built program as a child of this process. Blocking; used by one thread; killed with its last reference.
final class Child {
  /// How it ended, and what it had printed that was not read before.
  struct End: Equatable {
    let code: Int32
    let output: String
    let errors: String
  }

  enum Failure: Error {
    case notStarted(Int32)
    case notListening(String)
    case killed
  }

  let output: Pipe
  let errors: Pipe
  private(set) var process: pid_t?

  /// Starts the gateway with these settings and none of this process's own, in a folder without an `.env` file; where
  /// `descriptors` is given, with no more of them.
  convenience init(
    _ arguments: [String], program: String = "marketgate", environment: [String: String] = [:], descriptors: Int? = nil
  ) throws {
    let limit = descriptors.map { ["/usr/bin/prlimit", "--nofile=\($0):\($0)"] } ?? []
    let gateway = SystemFacts.executableFolder + "/" + program
    try self.init(words: ["-C", "/proc"] + limit + [gateway] + arguments, environment: environment)
  }

  /// Starts a program that is found where Debian has its programs and libraries of Node.
  convenience init(running words: [String]) throws {
    let environment = ["PATH": "/usr/bin:/bin:/usr/local/bin", "NODE_PATH": "/usr/share/nodejs"]
    // It has to start, to connect, and to wait for the market: on a busy machine that is longer than a stop may take.
    try self.init(words: words, environment: environment, patienceMilliseconds: 40_000)
  }

  /// Starts the program with its standard output on a terminal, where what it prints is to be read.
  convenience init(_ arguments: [String], on terminal: PseudoTerminal, environment: [String: String] = [:]) throws {
    let program = SystemFacts.executableFolder + "/marketgate"
    try self.init(words: ["-C", "/proc", program] + arguments, environment: environment, terminal: terminal.line)
  }

  /// Starts a program by way of `env`.
  private init(
    words arguments: [String], environment: [String: String], patienceMilliseconds: Int32 = Pipe.patienceMilliseconds,
    terminal: Int32? = nil
  ) throws {
    (output, errors) = (Pipe(patienceMilliseconds), Pipe(patienceMilliseconds))
    let path = "/usr/bin/env"
    let words = [path] + arguments
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, terminal ?? output.writing, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors.writing, STDERR_FILENO)
    let texts = words.map { strdup($0) } + [nil]
    // Built for coverage, the child would write its profile into /proc and say that it cannot.
    var quiet = environment.merging(["LLVM_PROFILE_FILE": "/dev/null"]) { own, _ in own }
    // Built with a sanitizer, it is checked as its parent is.
    for name in ["ASAN_OPTIONS", "TSAN_OPTIONS"] {
      if let value = getenv(name) { quiet[name] = String(cString: value) }
    }
    let settings = quiet.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in texts + settings { free(text) } }
    var process = pid_t()
    let failure = posix_spawn(&process, path, &actions, nil, texts, settings)
    guard failure == 0 else { throw Failure.notStarted(failure) }
    self.process = process
    output.closeWriting()
    errors.closeWriting()
  }

  /// Allows the running child no more descriptors than these; it keeps those it has.
  func limitDescriptors(to count: Int) throws {
    guard let process else { throw Failure.killed }
    let words = ["/usr/bin/prlimit", "--pid=\(process)", "--nofile=\(count):"]
    let ended = try Child(words: words, environment: [:]).ended()
    guard ended.code == 0 else { throw Failure.notStarted(ended.code) }
  }

  /// A listening gateway's port, from the first line it prints.
  func port(scheme: String = "http") throws -> UInt16 {
    let line = try output.line()
    guard let port = UInt16(line.split(separator: ":").last ?? ""), line.hasPrefix("listening on \(scheme)://") else {
      throw Failure.notListening(line)
    }
    return port
  }

  /// Descriptors that the child has open.
  func descriptorCount() throws -> Int {
    guard let process, let folder = opendir("/proc/\(process)/fd") else { throw Failure.killed }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    // The folder itself and the one above.
    return count - 2
  }

  /// A number of kibibytes from the child's status: `VmRSS`, `VmHWM` (proc_pid_status(5)).
  func memory(_ name: String) throws -> Int {
    guard let process, let status = SystemFacts.text(ofFile: "/proc/\(process)/status") else { throw Failure.killed }
    let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
    guard let number = line?.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap({ Int($0) }) else {
      throw Failure.notListening(name)
    }
    return number
  }

  /// From here on `VmHWM` is the most memory that the child has had since.
  func forgetPeakMemory() throws {
    guard let process else { throw Failure.killed }
    let descriptor = open("/proc/\(process)/clear_refs", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure.killed }
    defer { close(descriptor) }
    guard write(descriptor, "5", 1) == 1 else { throw Failure.killed }
  }

  deinit {
    guard let process else { return }
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
  }

  /// Sends a signal and does not wait.
  func send(_ signal: Int32) {
    if let process { kill(process, signal) }
  }

  /// Waits for the end, after a signal where one is given.
  func ended(by signal: Int32? = nil) throws -> End {
    guard let process else { throw Failure.killed }
    if let signal { kill(process, signal) }
    let printed = (try output.rest(), try errors.rest())
    var status: Int32 = 0
    waitpid(process, &status, 0)
    self.process = nil
    guard status & 0x7F == 0 else { throw Failure.killed }
    return End(code: status >> 8 & 0xFF, output: printed.0, errors: printed.1)
  }
}

/// What a child prints. Reads give up after a while without a byte.
final class Pipe {
  enum Failure: Error {
    case silent
    case ended
  }

  /// The ten seconds a stop may take.
  static let patienceMilliseconds: Int32 = 10_000

  private let patienceMilliseconds: Int32
  private let reading: Int32
  private(set) var writing: Int32
  private var buffered: [UInt8] = []

  init(_ patienceMilliseconds: Int32 = Pipe.patienceMilliseconds) {
    self.patienceMilliseconds = patienceMilliseconds
    var both: [Int32] = [-1, -1]
    precondition(pipe(&both) == 0, "no pipe")
    for descriptor in both { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (both[0], both[1])
  }

  deinit {
    close(reading)
    closeWriting()
  }

  /// Leaves the child's end to the child.
  func closeWriting() {
    if writing >= 0 { close(writing) }
    writing = -1
  }

  /// False at the end.
  private func fill() throws -> Bool {
    var waiting = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, patienceMilliseconds) > 0 else { throw Failure.silent }
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let count = read(reading, &chunk, chunk.count)
    if count > 0 { buffered += chunk[..<count] }
    return count > 0
  }

  /// The next line, without its end.
  func line() throws -> String {
    while true {
      if let end = buffered.firstIndex(of: UInt8(ascii: "\n")) {
        defer { buffered.removeSubrange(...end) }
        return String(decoding: buffered[..<end], as: UTF8.self)
      }
      guard try fill() else { throw Failure.ended }
    }
  }

  /// Reads on until a line holds the words.
  func line(with words: String) throws {
    while !(try line().contains(words)) {}
  }

  /// All that is left, when the child has ended.
  func rest() throws -> String {
    while try fill() {}
    defer { buffered = [] }
    return String(decoding: buffered, as: UTF8.self)
  }
}
