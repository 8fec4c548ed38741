internal import Glibc

/// Where the program writes, and what can be done there.
struct Terminal {
  /// What is assumed of a terminal that does not say how wide it is.
  static let usualWidth = 80

  /// Whether it is a terminal at all, and not a file or a pipe.
  let isTerminal: Bool
  private let descriptor: Int32
  private let environment: [String: String]

  /// What stands behind a descriptor.
  init(_ descriptor: Int32, environment: [String: String]) {
    self.init(descriptor, isTerminal: isatty(descriptor) == 1, environment: environment)
  }

  init(_ descriptor: Int32, isTerminal: Bool, environment: [String: String]) {
    self.isTerminal = isTerminal
    self.descriptor = descriptor
    self.environment = environment
  }

  /// Cells of a line now, as a terminal may be resized; `nil` where lines may be of any length: into a file or a pipe, unless
  /// `COLUMNS` says otherwise.
  var width: Int? {
    if isTerminal, let width = windowWidth { return width }
    if let width = environment["COLUMNS"].flatMap({ Int($0) }), width > 0 { return width }
    return isTerminal ? Terminal.usualWidth : nil
  }

  /// Colours on a terminal that has them, unless `NO_COLOR` is there and not empty (https://no-color.org).
  var ink: Ink {
    Ink(isOn: isTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb")
  }

  private var windowWidth: Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
