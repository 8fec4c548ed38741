/// What the command line of `conformance-client` asks for.
struct ClientOptions: Equatable {
  /// What was wrong with the command line.
  struct Fault: Error, Equatable {
    let text: String
  }

  enum Task: Equatable {
    /// Echo on one connection until it is closed.
    case echo(url: String)
    /// Walk the cases of Autobahn's fuzzing server at an address like `ws://127.0.0.1:9001`.
    case autobahn(address: String)
  }

  static let usage = """
    usage: conformance-client [--no-compression] [--keep-context] URL
           conformance-client [--no-compression] [--keep-context] --autobahn ws://HOST:PORT
    """

  let task: Task
  private(set) var compresses = true
  private(set) var keepsContext = false

  init(_ words: [String]) throws(Fault) {
    var task: Task?
    var rest = words[...]
    while let word = rest.popFirst() {
      switch word {
      case "--no-compression": compresses = false
      case "--keep-context": keepsContext = true
      case "--autobahn":
        guard let address = rest.popFirst() else { throw Fault(text: "--autobahn needs an address") }
        task = .autobahn(address: address.hasSuffix("/") ? String(address.dropLast()) : address)
      default:
        guard !word.hasPrefix("-") else { throw Fault(text: "\(word) is not known") }
        task = .echo(url: word)
      }
    }
    guard let task else { throw Fault(text: "a URL is missing") }
    self.task = task
  }
}
