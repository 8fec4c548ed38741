import Testing

@testable import Wire

/// RFC 7692 §7.1, and §5 for how offers are answered.
@Suite struct WebSocketCompressionNegotiationTests {
  /// The value with which a server that keeps both contexts answers; nil for none.
  private func answer(
    _ offer: String, _ wish: WebSocketCompression = .init(serverKeepsContext: true, clientKeepsContext: true)
  ) throws -> String? {
    let offers = try #require(WebSocketExtension.list([offer]))
    return wish.accept(offers)?.answer
  }

  @Test(arguments: [
    // The examples of §7.1.3 of what is offered, with the answer that promises no more than was asked.
    ("permessage-deflate", "permessage-deflate"),
    (
      "permessage-deflate; client_max_window_bits; server_max_window_bits=10",
      "permessage-deflate; server_max_window_bits=10"
    ),
    (
      "permessage-deflate; client_max_window_bits; server_max_window_bits=10, permessage-deflate; client_max_window_bits",
      "permessage-deflate; server_max_window_bits=10"
    ),
    ("permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover"),
    ("permessage-deflate; client_no_context_takeover", "permessage-deflate; client_no_context_takeover"),
    ("permessage-deflate; server_max_window_bits=15", "permessage-deflate"),
    ("permessage-deflate; client_max_window_bits=8", "permessage-deflate; client_max_window_bits=8"),
    ("permessage-deflate; client_max_window_bits=15", "permessage-deflate"),
    (#"x-other, Permessage-Deflate; server_max_window_bits="9""#, "permessage-deflate; server_max_window_bits=9"),
  ])
  func anOfferIsAnswered(offer: String, expected: String) throws {
    #expect(try answer(offer) == expected)
  }

  @Test(arguments: [
    "server_max_window_bits", "server_max_window_bits=7", "server_max_window_bits=16", "server_max_window_bits=09",
    "server_max_window_bits=+9", "server_max_window_bits=99999999999999999999", "client_max_window_bits=7",
    "client_max_window_bits=16", "client_max_window_bits=x", "server_no_context_takeover=1",
    "client_no_context_takeover=true", "unknown", "unknown=1",
    "server_no_context_takeover; server_no_context_takeover", "server_max_window_bits=10; server_max_window_bits=10",
    "client_max_window_bits; client_max_window_bits=10",
    // A window that zlib cannot write.
    "server_max_window_bits=8",
  ])
  func anInvalidOfferIsDeclinedAndTheNextOneTaken(parameters: String) throws {
    #expect(try answer("permessage-deflate; \(parameters)") == nil)
    #expect(try answer("permessage-deflate; \(parameters), permessage-deflate") == "permessage-deflate")
  }

  @Test(arguments: ["", "x-webkit-deflate-frame", "permessage-bzip2; server_max_window_bits=10"])
  func whatIsNotKnownIsNotAnswered(offer: String) throws {
    #expect(try answer(offer) == nil)
  }

  @Test func aServerMayAskForLessContextThanIsOffered() throws {
    #expect(
      try answer("permessage-deflate", WebSocketCompression())
        == "permessage-deflate; server_no_context_takeover; client_no_context_takeover")
    #expect(
      try answer("permessage-deflate", WebSocketCompression(serverKeepsContext: true))
        == "permessage-deflate; client_no_context_takeover")
  }

  // MARK: The client

  private static let keeping = WebSocketCompression(serverKeepsContext: true, clientKeepsContext: true)

  @Test func aClientOffersWhatItCanDo() {
    #expect(
      WebSocketCompression().offer
        == "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits")
    #expect(Self.keeping.offer == "permessage-deflate; client_max_window_bits")
  }

  private func terms(_ answer: String, _ wish: WebSocketCompression) throws -> WebSocketCompressionTerms? {
    let chosen = try #require(WebSocketExtension.list([answer]))
    return wish.terms(answering: chosen)
  }

  @Test func anAnswerIsTakenAtItsWord() throws {
    #expect(
      try terms("permessage-deflate", Self.keeping)
        == WebSocketCompressionTerms(server: .init(keepsContext: true), client: .init(keepsContext: true)))
    #expect(
      try terms(
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=8; "
          + "client_max_window_bits=12", Self.keeping)
        == WebSocketCompressionTerms(
          server: .init(keepsContext: false, windowBits: 8), client: .init(keepsContext: false, windowBits: 12)))
    // §7.1.1.2: what the client has said of itself holds whether the server repeats it or not.
    #expect(
      try terms("permessage-deflate; server_no_context_takeover", WebSocketCompression())
        == WebSocketCompressionTerms(server: .init(keepsContext: false), client: .init(keepsContext: false)))
  }

  @Test(arguments: [
    "permessage-deflate; client_max_window_bits", "permessage-deflate; server_max_window_bits",
    "permessage-deflate; server_max_window_bits=16", "permessage-deflate; x", "x", "permessage-deflate, x",
    "permessage-deflate, permessage-deflate",
    "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
  ])
  func anAnswerToNoOfferOfOursIsRefused(answer: String) throws {
    #expect(try terms(answer, Self.keeping) == nil)
  }

  @Test func aServerThatWouldKeepContextAgainstOurWishIsRefused() throws {
    #expect(try terms("permessage-deflate", WebSocketCompression()) == nil)
  }

  @Test func whatOurServerAnswersOurClientUnderstandsAlike() throws {
    for client in [WebSocketCompression(), Self.keeping] {
      for server in [WebSocketCompression(), Self.keeping] {
        let offers = try #require(WebSocketExtension.list([client.offer]))
        let agreed = try #require(server.accept(offers))
        #expect(try terms(agreed.answer, client) == agreed)
      }
    }
  }
}
