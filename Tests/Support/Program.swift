import Glibc

/// A program of the machine that is run to its end.
public enum Program {
  /// It could not be run, or ended with another code than 0.
  public struct Failure: Error {
    /// The code.
    public let code: Int32
    /// What it printed.
    public let output: String
  }

  /// Whether the machine has a program.
  public static func exists(_ name: String) -> Bool {
    ["/usr/bin/", "/bin/", "/usr/local/bin/"].contains { access($0 + name, X_OK) == 0 }
  }

  /// What a program prints, standard error with it. The caller's thread waits.
  ///
  /// - Throws: `Failure`.
  public static func output(of words: [String]) throws -> String {
    var both: [Int32] = [-1, -1]
    guard pipe(&both) == 0 else { throw Failure(code: -1, output: "no pipe") }
    for descriptor in both { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    defer { close(both[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, both[1], STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, both[1], STDERR_FILENO)
    let arguments = words.map { strdup($0) } + [nil]
    let environment: [String] = ["PATH=/usr/bin:/bin:/usr/local/bin", "LANG=C.UTF-8"]
    let settings = environment.map { strdup($0) } + [nil]
    defer { for text in arguments + settings { free(text) } }
    var process = pid_t()
    let failure = posix_spawnp(&process, words[0], &actions, nil, arguments, settings)
    close(both[1])
    guard failure == 0 else { throw Failure(code: failure, output: "not started") }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(both[0], &chunk, chunk.count), count > 0 { bytes += chunk[..<count] }
    var status: Int32 = 0
    waitpid(process, &status, 0)
    let output = String(decoding: bytes, as: UTF8.self)
    guard status == 0 else { throw Failure(code: status >> 8 & 0xFF, output: output) }
    return output
  }
}
