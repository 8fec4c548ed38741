import Testing

@testable import App

@Suite struct GatewayAddressTests {
  @Test(arguments: [
    ("http://127.0.0.1:8000", "http://127.0.0.1:8000", "ws://127.0.0.1:8000", true),
    ("https://desk.example/", "https://desk.example", "wss://desk.example", false),
    ("WSS://desk.example/feeds//", "https://desk.example/feeds", "wss://desk.example/feeds", false),
    ("localhost:8000", "http://localhost:8000", "ws://localhost:8000", true),
    ("[::1]:1", "http://[::1]:1", "ws://[::1]:1", true),
  ])
  func anAddressIsReadAsItIsTyped(text: String, http: String, webSocket: String, isLoopback: Bool) {
    let address = GatewayAddress(text)
    #expect(address?.http == http)
    #expect(address?.webSocket == webSocket)
    #expect(address?.isLoopback == isLoopback)
    // On this machine no proxy of the environment stands between.
    #expect(address?.proxy == (isLoopback ? "" : nil))
  }

  @Test(arguments: ["", "http://", "ftp://a", "http://a b", "http://a?b", "http://a#b", "http://ä"])
  func whatIsNoAddressIsAFault(text: String) {
    var faults: [String] = []
    #expect(GatewayAddress.read(Tool.Words(options: ["--gateway": text]), faults: &faults) == nil)
    #expect(faults == ["--gateway \"\(text)\" must be an address like http://127.0.0.1:8000"])
  }

  @Test func aGatewayIsNoDemo() {
    var faults: [String] = []
    _ = GatewayAddress.read(Tool.Words(options: ["--gateway": "http://a", "--demo": ""]), faults: &faults)
    #expect(faults == ["--demo and --gateway exclude each other"])
    #expect(GatewayAddress.read(Tool.Words(), faults: &faults) == nil)
  }
}
