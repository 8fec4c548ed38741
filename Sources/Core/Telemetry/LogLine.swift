internal import Glibc

/// Renders one line. Nothing a value holds can end the line, start another field, or reach a terminal as a control
/// character.
struct LogLine {
  /// A line stays below this, so that `write(2)` to a pipe does not split it (PIPE_BUF, pipe(7)).
  static let maxBytes = 4096
  /// More bytes of one value are cut off.
  static let maxValueBytes = 1024
  /// Keys of the line's own fields; metadata of the same name gets a `_` behind it in JSON.
  private static let ownKeys = ["time", "level", "logger", "message", "truncated"]
  /// Room for the mark of a shortened line and its end.
  private static let endReserve = 32

  private let format: LogFormat
  private var bytes: [UInt8] = []
  private var isTruncated = false

  init(_ format: LogFormat) {
    self.format = format
    bytes.reserveCapacity(256)
  }

  mutating func begin(microseconds: Int64, level: LogLevel, label: String, message: StaticString) {
    switch format {
    case .text:
      appendTime(microseconds)
      put(" \(level) ")
      appendEscaped(label)
      put(": ")
      appendEscaped(message.description)
    case .json:
      put("{\"time\":\"")
      appendTime(microseconds)
      put("\",\"level\":\"\(level)\",\"logger\":\"")
      appendEscaped(label)
      put("\",\"message\":\"")
      appendEscaped(message.description)
      put("\"")
    }
  }

  /// Adds one field; leaves it out, and says so at the end of the line, when the line would grow too long.
  mutating func add(_ key: StaticString, _ value: any CustomStringConvertible & Sendable) {
    let start = bytes.count
    let text = value.description
    switch format {
    case .text:
      put(" ")
      appendEscaped(key.description)
      put("=")
      appendTextValue(text)
    case .json:
      put(",\"")
      appendEscaped(key.description)
      put(LogLine.ownKeys.contains(key.description) ? "_\":" : "\":")
      // Whole numbers and truth values are what dashboards count with; all else is text.
      if value is any BinaryInteger || value is Bool {
        put(text)
      } else {
        put("\"")
        appendEscaped(text)
        put("\"")
      }
    }
    if bytes.count > LogLine.maxBytes - LogLine.endReserve {
      bytes.removeSubrange(start...)
      isTruncated = true
    }
  }

  /// The whole line with its newline.
  mutating func finish() -> [UInt8] {
    switch format {
    case .text: put(isTruncated ? " truncated=true\n" : "\n")
    case .json: put(isTruncated ? ",\"truncated\":true}\n" : "}\n")
    }
    return bytes
  }

  private mutating func put(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  /// A word stands bare; anything that could be taken for more than one field is quoted.
  private mutating func appendTextValue(_ text: String) {
    let isWord =
      !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3D && $0 != 0x5C }
    if isWord { return appendEscaped(text) }
    put("\"")
    appendEscaped(text)
    put("\"")
  }

  /// The text with the escapes of a JSON string (RFC 8259 §7), which serve both formats.
  private mutating func appendEscaped(_ text: String) {
    let end = bytes.count + LogLine.maxValueBytes
    for scalar in text.unicodeScalars {
      guard bytes.count < end else { return put("…") }
      switch scalar {
      case "\"": put("\\\"")
      case "\\": put("\\\\")
      case "\n": put("\\n")
      case "\r": put("\\r")
      case "\t": put("\\t")
      case _ where LogLine.isHidden(scalar):
        let hex = String(scalar.value, radix: 16)
        put("\\u" + String(repeating: "0", count: 4 - hex.count) + hex)
      default: bytes.append(contentsOf: scalar.utf8)
      }
    }
  }

  /// Control characters, line separators, and the marks that turn the direction of what follows on a terminal.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...0x1F, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }

  private mutating func appendTime(_ microseconds: Int64) {
    let milliseconds = microseconds / 1000
    var (seconds, parts) = (time_t(milliseconds / 1000), tm())
    gmtime_r(&seconds, &parts)
    appendDigits(Int(parts.tm_year) + 1900, width: 4)
    for (mark, number) in [
      ("-", parts.tm_mon + 1), ("-", parts.tm_mday), ("T", parts.tm_hour), (":", parts.tm_min), (":", parts.tm_sec),
    ] {
      put(mark)
      appendDigits(Int(number), width: 2)
    }
    put(".")
    appendDigits(Int(milliseconds % 1000), width: 3)
    put("Z")
  }

  private mutating func appendDigits(_ number: Int, width: Int) {
    let digits = String(number)
    put(String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits)
  }
}
