import Glibc

/// A file below `Tests/Fixtures`, found from where this source stands.
public enum Fixture {
  /// A file that is not there.
  public struct Missing: Error {
    /// Its path below `Tests/Fixtures`.
    public let path: String
  }

  /// The bytes of a file.
  public static func bytes(_ path: String) throws -> [UInt8] {
    let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    guard let file = fopen("/\(tests)/Fixtures/\(path)", "rb") else { throw Missing(path: path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
    return bytes
  }

  /// The paths of the files in a folder, in alphabetical order.
  public static func paths(_ folder: String, endingWith ending: String) throws -> [String] {
    let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    guard let directory = opendir("/\(tests)/Fixtures/\(folder)") else { throw Missing(path: folder) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name.hasSuffix(ending) { names.append("\(folder)/\(name)") }
    }
    return names.sorted()
  }

  /// The text of a file.
  public static func text(_ path: String) throws -> String {
    String(decoding: try bytes(path), as: UTF8.self)
  }

  /// The lines of a file, the empty ones left out.
  public static func lines(_ path: String) throws -> [String] {
    try text(path).split(separator: "\n").map(String.init)
  }

  /// A JSON text with a member more, in each of its objects at a time. Its strings must hold no braces.
  public static func addingAMember(to text: String) -> [String] {
    text.ranges(of: "{").map { text[..<$0.lowerBound] + #"{"novel":[0],"# + text[$0.upperBound...] }
  }

  /// The text of a member's value in a JSON text, quotes taken off: of the first one of that name after a marker.
  public static func member(_ name: String, after marker: String = "", in text: String) -> String? {
    let start = marker.isEmpty ? text.startIndex : text.firstRange(of: marker)?.upperBound
    guard let start, let key = text[start...].firstRange(of: "\"\(name)\":") else { return nil }
    let rest = text[key.upperBound...].drop { $0 == " " }
    if rest.first == "\"" { return String(rest.dropFirst().prefix { $0 != "\"" }) }
    return String(rest.prefix { !",}]".contains($0) })
  }
}
