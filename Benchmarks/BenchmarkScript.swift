internal import Glibc

/// A benchmark that is a script beside this program's sources: it starts processes and looks at them from outside.
enum BenchmarkScript: String {
  case footprint

  /// Becomes the script.
  func run(_ arguments: [String]) -> Never {
    // The sources as they were when this was built: a benchmark is run where it was.
    let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    let words = ["python3", "/\(folder)/\(rawValue).py"] + arguments
    execvp("python3", words.map { strdup($0) } + [nil])
    perror("bench: python3 cannot be started")
    exit(1)
  }
}
