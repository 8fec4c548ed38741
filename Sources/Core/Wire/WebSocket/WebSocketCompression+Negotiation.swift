/// The negotiation of RFC 7692 §7.1: what is offered, what is agreed to, what is declined.
extension WebSocketCompression {
  static let extensionName = "permessage-deflate"
  private static let serverNoContext = "server_no_context_takeover"
  private static let clientNoContext = "client_no_context_takeover"
  private static let serverWindow = "server_max_window_bits"
  private static let clientWindow = "client_max_window_bits"

  /// zlib writes no raw stream with a window of 256 bytes (deflateInit2 in zlib.h: "windowBits of 8 is not supported"
  /// there), it only reads such a one.
  static let leastSendableWindowBits = 9

  /// Parameters that say something RFC 7692 knows, each at most once.
  private struct Parameters {
    var serverNoContext = false
    var clientNoContext = false
    var serverWindowBits: Int?
    /// Given without a value: the sender bears any window.
    var allowsClientWindow = false
    var clientWindowBits: Int?

    /// §7: an offer with a parameter that is unknown, comes twice, or has an invalid value is to be declined.
    init?(_ parameters: [WebSocketExtension.Parameter]) {
      var seen: Set<String> = []
      for parameter in parameters {
        guard seen.insert(parameter.name).inserted else { return nil }
        switch parameter.name {
        case WebSocketCompression.serverNoContext where parameter.value == nil: serverNoContext = true
        case WebSocketCompression.clientNoContext where parameter.value == nil: clientNoContext = true
        case WebSocketCompression.serverWindow:
          guard let bits = WebSocketCompression.windowBits(parameter.value) else { return nil }
          serverWindowBits = bits
        case WebSocketCompression.clientWindow:
          allowsClientWindow = true
          guard parameter.value != nil else { continue }
          guard let bits = WebSocketCompression.windowBits(parameter.value) else { return nil }
          clientWindowBits = bits
        default: return nil
        }
      }
    }
  }

  /// §7.1.2.1: "a decimal integer value without leading zeroes between 8 to 15, inclusive".
  private static func windowBits(_ text: String?) -> Int? {
    guard let text, let bits = Int(text), (8...15).contains(bits), text == String(bits) else { return nil }
    return bits
  }

  // MARK: The server

  /// What a server makes of a client's offers: the first one that it can keep to; nil when there is none.
  func accept(_ offers: [WebSocketExtension]) -> WebSocketCompressionTerms? {
    for offer in offers where offer.name.equalsIgnoringCase(WebSocketCompression.extensionName) {
      if let parameters = Parameters(offer.parameters), let terms = accept(parameters) { return terms }
    }
    return nil
  }

  private func accept(_ offer: Parameters) -> WebSocketCompressionTerms? {
    let serverBits = offer.serverWindowBits ?? 15
    guard serverBits >= WebSocketCompression.leastSendableWindowBits else { return nil }
    // §7.1.1: a server may ask for less context than it was offered, of itself and of the client.
    return WebSocketCompressionTerms(
      server: .init(keepsContext: serverKeepsContext && !offer.serverNoContext, windowBits: serverBits),
      client: .init(
        keepsContext: clientKeepsContext && !offer.clientNoContext, windowBits: offer.clientWindowBits ?? 15))
  }

  // MARK: The client

  /// The value of `Sec-WebSocket-Extensions` that a client sends.
  var offer: String {
    var text = WebSocketCompression.extensionName
    if !serverKeepsContext { text += "; \(WebSocketCompression.serverNoContext)" }
    if !clientKeepsContext { text += "; \(WebSocketCompression.clientNoContext)" }
    return text + "; \(WebSocketCompression.clientWindow)"
  }

  /// What a server's answer to our offer means; nil when it is none that the offer allows, and the connection must fail.
  func terms(answering answer: [WebSocketExtension]) -> WebSocketCompressionTerms? {
    guard answer.count == 1, answer[0].name.equalsIgnoringCase(WebSocketCompression.extensionName),
      let parameters = Parameters(answer[0].parameters)
    else { return nil }
    // §7.1.1.1: a server that accepts the offer says so. §7.1.2.2: its answer must name the bits.
    guard serverKeepsContext || parameters.serverNoContext,
      !parameters.allowsClientWindow || parameters.clientWindowBits != nil
    else { return nil }
    return WebSocketCompressionTerms(
      server: .init(keepsContext: !parameters.serverNoContext, windowBits: parameters.serverWindowBits ?? 15),
      client: .init(
        keepsContext: clientKeepsContext && !parameters.clientNoContext,
        windowBits: parameters.clientWindowBits ?? 15))
  }
}

extension WebSocketCompressionTerms {
  /// The value of `Sec-WebSocket-Extensions` with which a server agrees to an offer. Windows are named only where the
  /// offer did (§7.1.2).
  var answer: String {
    var text = WebSocketCompression.extensionName
    if !server.keepsContext { text += "; server_no_context_takeover" }
    if !client.keepsContext { text += "; client_no_context_takeover" }
    if server.windowBits < 15 { text += "; server_max_window_bits=\(server.windowBits)" }
    if client.windowBits < 15 { text += "; client_max_window_bits=\(client.windowBits)" }
    return text
  }
}
