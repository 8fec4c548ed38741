import Net
import Testing
import Wire

@testable import conformance_server

@Suite struct ServerOptionsTests {
  @Test func whatIsNotSaidIsAsTheSuitesNeedIt() throws {
    let options = try ServerOptions([])
    #expect(options.http.port == 0)
    #expect(options.http.host == "127.0.0.1")
    #expect(options.workers == 1)
    #expect(options.http.webSocket.limits.maxMessageBytes == 16_777_216)
    #expect(options.http.webSocket.limits.messagesPerSecond == nil)
    #expect(options.http.webSocket.outboxBytes > 2 * 16_777_216)
    #expect(options.http.webSocket.compression == WebSocketCompression())
  }

  @Test func everyOptionIsObeyed() throws {
    let options = try ServerOptions(
      ["--host", "::1", "--port", "81", "--workers", "3", "--max-message", "5", "--max-fragments", "6"]
        + ["--message-rate", "7", "--max-body", "8", "--ping-seconds", "9", "--keep-context"])
    #expect(options.http.host == "::1")
    #expect(options.http.port == 81)
    #expect(options.workers == 3)
    #expect(options.http.webSocket.limits.maxMessageBytes == 5)
    #expect(options.http.webSocket.limits.maxFragments == 6)
    #expect(options.http.webSocket.limits.messagesPerSecond == 7)
    #expect(options.http.limits.bodyBytes == 8)
    #expect(options.http.webSocket.pingMilliseconds == 9000)
    #expect(
      options.http.webSocket.compression == WebSocketCompression(serverKeepsContext: true, clientKeepsContext: true))
    #expect(try ServerOptions(["--no-compression"]).http.webSocket.compression == nil)
  }

  @Test(arguments: [
    (["--nonsense"], "--nonsense is not known"), (["--host"], "--host needs a value"),
    (["--port", "65536"], "--port needs a number from 0 to 65535"),
    (["--workers", "none"], "--workers needs a number from 1 to 64"),
  ])
  func aWrongWordIsNamed(words: [String], text: String) {
    #expect(throws: ServerOptions.Fault(text: text)) { try ServerOptions(words) }
  }
}
