import Glibc
import Support

/// The files of the package, found from where this source stands.
struct SourceTree {
  /// One file as the rules see it.
  struct File: Sendable {
    /// Below the package, as in `Sources/Core/Model/Trade.swift`.
    let path: String
    let text: [UInt8]
    /// The text of a Swift file without comments.
    let code: [UInt8]

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    var lineCount: Int { places(of: "\n", in: text).count }

    /// Lines of the code that hold a word.
    func lines(with word: String) -> [String] {
      let newline = UInt8(ascii: "\n")
      return places(of: word, in: code).map { place in
        let start = code[..<place].lastIndex(of: newline).map { $0 + 1 } ?? 0
        let end = code[place...].firstIndex(of: newline) ?? code.count
        return String(decoding: code[start..<end], as: UTF8.self)
      }
    }

    /// Whether one of the names, keywords and numbers is this.
    func hasWord(_ word: String) -> Bool {
      places(of: word, in: code).contains { place in
        let end = place + word.utf8.count
        return (place == 0 || !Self.isOfAWord(code[place - 1])) && (end == code.count || !Self.isOfAWord(code[end]))
      }
    }

    /// Names, keywords and numbers, in order.
    var words: [Substring] {
      String(decoding: code, as: UTF8.self).utf8.split { !Self.isOfAWord($0) }.map { Substring($0) }
    }

    private static func isOfAWord(_ byte: UInt8) -> Bool {
      let isLetter = byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
      let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
      return isLetter || isDigit || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    private func places(of part: String, in bytes: [UInt8]) -> [Int] {
      let part = Array(part.utf8)
      var places: [Int] = []
      while let place = bytes.place(of: part, from: places.last.map { $0 + part.count } ?? 0) { places.append(place) }
      return places
    }
  }

  let root: String

  init() {
    root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
  }

  /// All files below some folders whose names end so.
  func files(below folders: [String], endingWith suffixes: [String] = [".swift"]) -> [File] {
    folders.flatMap { paths(below: $0) }
      .filter { path in suffixes.contains { path.hasSuffix($0) } }
      .sorted()
      .compactMap { file($0) }
  }

  /// One file; `nil` when it is not there.
  func file(_ path: String) -> File? {
    guard let stream = fopen("\(root)/\(path)", "rb") else { return nil }
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&chunk, 1, chunk.count, stream), count > 0 { bytes += chunk[..<count] }
    let code = path.hasSuffix(".swift") ? CommentStripper.code(of: bytes) : bytes
    return File(path: path, text: bytes, code: code)
  }

  /// Names of the folders directly below one.
  func folders(below folder: String) -> [String] {
    entries(of: folder).filter(\.isFolder).map(\.name).sorted()
  }

  /// Paths of all files below a folder.
  func paths(below folder: String) -> [String] {
    entries(of: folder).flatMap { entry in
      entry.isFolder ? paths(below: "\(folder)/\(entry.name)") : ["\(folder)/\(entry.name)"]
    }
  }

  private func entries(of folder: String) -> [(name: String, isFolder: Bool)] {
    guard let stream = opendir("\(root)/\(folder)") else { return [] }
    defer { closedir(stream) }
    var entries: [(name: String, isFolder: Bool)] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if name.hasPrefix(".") { continue }
      entries.append((name, entry.pointee.d_type == UInt8(DT_DIR)))
    }
    return entries
  }
}

/// Takes the comments out of Swift source; what stands in string literals stays.
struct CommentStripper {
  private static let (newline, slash, star) = (UInt8(ascii: "\n"), UInt8(ascii: "/"), UInt8(ascii: "*"))
  private static let (quote, hash, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "\\"))

  /// Without the zero behind them.
  private let bytes: UnsafeBufferPointer<UInt8>
  private var output: [UInt8] = []
  private var position = 0

  static func code(of bytes: [UInt8]) -> [UInt8] {
    (bytes + [0]).withUnsafeBufferPointer { buffer in
      var stripper = CommentStripper(UnsafeBufferPointer(rebasing: buffer.dropLast()))
      while stripper.position < stripper.bytes.count { stripper.step() }
      return stripper.output
    }
  }

  private init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    output.reserveCapacity(bytes.count)
  }

  private mutating func step() {
    switch bytes[position] {
    case Self.slash where byte(1) == Self.slash: skipLine()
    case Self.slash where byte(1) == Self.star: skipBlock()
    case Self.quote, Self.hash: keepLiteral()
    default: keep(max(1, plainRun))
    }
  }

  /// How many bytes from here on begin neither a comment nor a literal.
  private var plainRun: Int {
    bytes.baseAddress.map { strcspn(UnsafeRawPointer($0 + position).assumingMemoryBound(to: CChar.self), "/\"#") } ?? 0
  }

  private func byte(_ ahead: Int) -> UInt8 {
    position + ahead < bytes.count ? bytes[position + ahead] : 0
  }

  private mutating func keep(_ count: Int) {
    let end = min(position + count, bytes.count)
    output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[position..<end]))
    position = end
  }

  private mutating func skipLine() {
    guard let start = bytes.baseAddress else { return }
    let found = memchr(start + position, Int32(Self.newline), bytes.count - position)
    position = found.map { UnsafeRawPointer($0) - UnsafeRawPointer(start) } ?? bytes.count
  }

  private mutating func skipBlock() {
    var depth = 0
    repeat {
      if byte(0) == Self.slash, byte(1) == Self.star {
        depth += 1
        position += 2
      } else if byte(0) == Self.star, byte(1) == Self.slash {
        depth -= 1
        position += 2
      } else {
        if byte(0) == Self.newline { output.append(Self.newline) }
        position += 1
      }
    } while depth > 0 && position < bytes.count
  }

  /// A literal of one or three quotes between any number of hashes; a hash alone is a directive.
  private mutating func keepLiteral() {
    var hashes = 0
    while byte(hashes) == Self.hash { hashes += 1 }
    guard byte(hashes) == Self.quote else { return keep(hashes) }
    let quotes = byte(hashes + 1) == Self.quote && byte(hashes + 2) == Self.quote ? 3 : 1
    keep(hashes + quotes)
    while position < bytes.count {
      if hashes == 0, bytes[position] == Self.backslash {
        keep(2)
      } else if ends(quotes: quotes, hashes: hashes) {
        return keep(quotes + hashes)
      } else if quotes == 1, bytes[position] == Self.newline {
        return
      } else {
        keep(1)
      }
    }
  }

  private func ends(quotes: Int, hashes: Int) -> Bool {
    (0..<quotes).allSatisfy { byte($0) == Self.quote } && (0..<hashes).allSatisfy { byte(quotes + $0) == Self.hash }
  }
}
