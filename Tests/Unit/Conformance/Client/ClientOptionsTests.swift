import Testing

@testable import conformance_client

@Suite struct ClientOptionsTests {
  @Test func aURLIsEchoed() throws {
    let options = try ClientOptions(["ws://a/b"])
    #expect(options.task == .echo(url: "ws://a/b"))
    #expect(options.compresses)
    #expect(!options.keepsContext)
  }

  @Test func autobahnsAddressIsWalked() throws {
    let options = try ClientOptions(["--keep-context", "--no-compression", "--autobahn", "ws://127.0.0.1:9001/"])
    #expect(options.task == .autobahn(address: "ws://127.0.0.1:9001"))
    #expect(!options.compresses)
    #expect(options.keepsContext)
  }

  @Test(
    arguments: [
      ([], "a URL is missing"), (["--autobahn"], "--autobahn needs an address"), (["--what"], "--what is not known"),
    ] as [([String], String)])
  func aWrongWordIsNamed(words: [String], text: String) {
    #expect(throws: ClientOptions.Fault(text: text)) { try ClientOptions(words) }
  }
}
