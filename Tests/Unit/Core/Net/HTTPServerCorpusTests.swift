import Net
import Support
import Testing

/// The corpus of HTTP over real sockets: what the parser decides, the server obeys.
@Suite(.serialized, .timeLimit(.minutes(1))) struct HTTPServerCorpusTests {
  /// What a client got, taken apart.
  private struct Talk: Sendable {
    var heads: [String] = []
    var lastBody = ""
    var rest = ""
  }

  private func talk(_ testCase: HTTPCase, cutAt cut: Int, _ port: UInt16) async throws -> Talk {
    try await onThread {
      let client = try RawSocket(port: port)
      client.send(Array(testCase.bytes[..<cut]))
      client.send(Array(testCase.bytes[cut...]))
      if testCase.refusal == nil { client.finishWriting() }
      var talk = Talk()
      while talk.heads.count < testCase.requests.count + (testCase.refusal == nil ? 0 : 1) {
        let (head, body) = try client.readResponse()
        if head.hasPrefix("HTTP/1.1 100 ") { continue }
        talk.heads.append(head)
        talk.lastBody = body
      }
      // Nothing more is answered, and the connection ends.
      talk.rest = try client.readTextToEnd()
      return talk
    }
  }

  @Test func eachRequestIsAnsweredAndEachFaultIsTheLastAnswer() async throws {
    try await withServer { test in
      for testCase in HTTPCorpus.all {
        for cut in [testCase.bytes.count, testCase.bytes.count / 2, 1] {
          let talk = try await talk(testCase, cutAt: cut, test.port)
          #expect(talk.rest.isEmpty, "\(testCase.law)")
          guard let status = testCase.refusal, let head = talk.heads.last else { continue }
          #expect(head.hasPrefix("HTTP/1.1 \(status) "), "\(testCase.law): \(head)")
          #expect(head.contains("\r\nContent-Type: application/json\r\n"), "\(testCase.law)")
          #expect(head.contains("\r\nConnection: close\r\n"), "\(testCase.law)")
          #expect(talk.lastBody.hasPrefix(#"{"detail":""#), "\(testCase.law)")
        }
      }
    }
  }
}
