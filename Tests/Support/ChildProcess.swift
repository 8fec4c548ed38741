internal import Glibc

/// A program run by a test, with its output in the test's hands. Blocking: for threads of their own (`onThread`). Killed
/// with its last reference.
public final class ChildProcess: @unchecked Sendable {
  private let process: pid_t
  private let output: Int32
  private let errors: Int32
  private var bufferedOutput: [UInt8] = []
  private var status: Int32?

  /// Why there is nothing to read.
  public enum Failure: Error, Equatable {
    /// The program could not be started.
    case notStarted(Int32)
    /// It closed its output, or said nothing for as long as the patience lasts.
    case silent
    /// It goes on running.
    case running
  }

  /// Starts a program with these arguments and environment, and nothing else of the test's.
  public init(_ path: String, _ arguments: [String], environment: [String: String] = [:]) throws(Failure) {
    let (outputEnds, errorEnds) = (Self.pipeEnds(), Self.pipeEnds())
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, outputEnds[1], STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errorEnds[1], STDERR_FILENO)
    // The shell leaves for a folder without `.env`, and becomes the program.
    let line = ["sh", "-c", #"cd / && exec "$0" "$@""#, path] + arguments
    var words: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) } + [nil]
    var settings: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    var process: pid_t = 0
    let result = posix_spawn(&process, "/bin/sh", &actions, nil, &words, &settings)
    posix_spawn_file_actions_destroy(&actions)
    for word in words + settings { free(word) }
    Glibc.close(outputEnds[1])
    Glibc.close(errorEnds[1])
    self.process = process
    output = outputEnds[0]
    errors = errorEnds[0]
    guard result == 0 else {
      status = -1
      throw .notStarted(result)
    }
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    Glibc.close(output)
    Glibc.close(errors)
  }

  /// Sends a signal.
  public func signal(_ number: Int32) { if status == nil { kill(process, number) } }

  /// The next line of standard output, waited for.
  public func readLine(patienceMilliseconds: Int32 = 20_000) throws(Failure) -> String {
    while true {
      if let end = bufferedOutput.firstIndex(of: UInt8(ascii: "\n")) {
        defer { bufferedOutput.removeSubrange(...end) }
        return String(decoding: bufferedOutput[..<end], as: UTF8.self)
      }
      let bytes = Self.read(output, patienceMilliseconds)
      if bytes.isEmpty { throw .silent }
      bufferedOutput += bytes
    }
  }

  /// What standard error says until its text has a word in it.
  public func readErrors(until word: String, patienceMilliseconds: Int32 = 20_000) throws(Failure) -> String {
    var text = ""
    while !text.contains(word) {
      let bytes = Self.read(errors, patienceMilliseconds)
      if bytes.isEmpty { throw .silent }
      text += String(decoding: bytes, as: UTF8.self)
    }
    return text
  }

  /// Waits for the end: the exit code (128 and the signal where one ended it), and what was not read of the output.
  public func end(patienceMilliseconds: Int32 = 20_000) throws(Failure) -> (code: Int32, output: String, errors: String) {
    var text = bufferedOutput
    while case let bytes = Self.read(output, patienceMilliseconds), !bytes.isEmpty { text += bytes }
    var errorText: [UInt8] = []
    while case let bytes = Self.read(errors, patienceMilliseconds), !bytes.isEmpty { errorText += bytes }
    var status: Int32 = 0
    // Its output has ended, so that its end is a matter of moments; a program that lives on is found out here.
    for _ in 0..<patienceMilliseconds / 10 where self.status == nil {
      if waitpid(process, &status, WNOHANG) == process { self.status = status } else { usleep(10_000) }
    }
    guard self.status != nil else { throw .running }
    let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    return (code, String(decoding: text, as: UTF8.self), String(decoding: errorText, as: UTF8.self))
  }

  /// A pipe whose ends other programs do not inherit.
  private static func pipeEnds() -> [Int32] {
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return ends
  }

  private static func read(_ descriptor: Int32, _ patienceMilliseconds: Int32) -> [UInt8] {
    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&ready, 1, patienceMilliseconds) > 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
      count = max(0, Glibc.read(descriptor, buffer.baseAddress, buffer.count))
    }
  }
}
