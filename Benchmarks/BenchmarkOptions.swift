/// What follows the benchmark's name: `--name value`, or `--name` alone, which has an empty value.
struct BenchmarkOptions {
  private var values: [String: String] = [:]

  init(_ arguments: some Sequence<String>) {
    var name: String?
    for argument in arguments {
      if argument.hasPrefix("--") {
        let word = String(argument.dropFirst(2))
        values[word] = ""
        name = word
      } else if let waiting = name {
        values[waiting] = argument
        name = nil
      }
    }
  }

  subscript(name: String) -> String? { values[name] }
}
