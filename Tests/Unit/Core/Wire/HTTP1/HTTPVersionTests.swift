import Testing

@testable import Wire

@Suite struct HTTPVersionTests {
  private func parse(_ request: String) -> HTTPRequestParser.Event {
    var parser = HTTPRequestParser()
    var bytes = Array(request.utf8)
    bytes.withUnsafeMutableBytes { parser.append(UnsafeRawBufferPointer($0)) }
    return parser.next()
  }

  private func version(_ text: String) -> HTTPRequestParser.Event {
    parse("GET / \(text)\r\nHost: a\r\n\r\n")
  }

  @Test(arguments: [("HTTP/1.0", true), ("HTTP/1.1", false), ("HTTP/1.9", false)])
  func versionsOfOneAreSpoken(text: String, isHTTP10: Bool) {
    guard case .request(let request) = version(text) else {
      Issue.record("\(text) was not understood")
      return
    }
    #expect(request.isHTTP10 == isHTTP10)
  }

  @Test(arguments: [
    ("HTTP/2.0", 505), ("HTTP/0.9", 505), ("http/1.1", 400), ("HTTP/1", 400), ("HTTP/1.10", 400), ("HTTP/1,1", 400),
    ("HTTP/a.b", 400), ("HTTPS/1.1", 400),
  ])
  func othersAreRefused(text: String, status: Int) {
    guard case .failure(let fault) = version(text) else {
      Issue.record("\(text) was understood")
      return
    }
    #expect(fault.status.code == status)
  }
}
