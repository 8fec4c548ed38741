import Support

/// Lines of a fixture that Python computed (Tests/Fixtures/Model/make_decimals.py): an operation, its arguments, the
/// expected text.
enum PythonCases {
  static func decimals(_ operation: String) throws -> [[String]] {
    try cases("Model/decimals.tsv", operation)
  }

  static func dates(_ operation: String) throws -> [[String]] {
    try cases("Model/dates.tsv", operation)
  }

  private static func cases(_ path: String, _ operation: String) throws -> [[String]] {
    try Fixture.lines(path).map { $0.split(separator: "\t").map(String.init) }
      .filter { $0[0] == operation }.map { Array($0.dropFirst()) }
  }
}
