import Testing
import Wire

/// Each case of the corpus, whole and in pieces.
@Suite struct HTTPCorpusTests {
  @Test(arguments: HTTPCorpus.all) func isReadOrRefusedAsItMustBe(testCase: HTTPCase) {
    var requests: [String] = []
    var refusal: Int?
    for event in events([testCase.bytes[...]]) {
      switch event {
      case .request(let request): requests.append(text(of: request))
      case .failure(let fault): refusal = fault.status.code
      case .expectsContinue, .needMore: break
      }
    }
    #expect(requests == testCase.requests)
    #expect(refusal == testCase.refusal)
  }

  @Test(arguments: HTTPCorpus.all) func isTheSameByteByByteAndInTwoPieces(testCase: HTTPCase) {
    let whole = events([testCase.bytes[...]])
    #expect(events(testCase.bytes.indices.map { testCase.bytes[$0...$0] }) == whole)
    for cut in stride(from: 0, through: testCase.bytes.count, by: testCase.cutEvery) {
      if events([testCase.bytes[..<cut], testCase.bytes[cut...]]) != whole { Issue.record("cut at \(cut)") }
    }
  }

  /// A piece of one to three bytes alone: CR, LF and what stands beside them come apart in every way.
  @Test(arguments: HTTPCorpus.all) func isTheSameInThreePieces(testCase: HTTPCase) {
    let (bytes, whole) = (testCase.bytes, events([testCase.bytes[...]]))
    for length in 1...3 {
      // Each place is cut for one of the lengths.
      for cut in stride(from: length - 1, through: max(0, bytes.count - length), by: 3 * testCase.cutEvery) {
        let pieces = [
          bytes[..<cut], bytes[cut..<min(cut + length, bytes.count)], bytes[min(cut + length, bytes.count)...],
        ]
        // The macro costs more than the parser, and this is done thousands of times.
        if events(pieces) != whole { Issue.record("\(length) bytes alone at \(cut)") }
      }
    }
  }

  /// The parser keeps nothing of one message for the next.
  @Test(arguments: HTTPCorpus.all) func isTheSameBehindOtherRequests(testCase: HTTPCase) {
    let before = "POST /before HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;x\r\na\r\n0\r\nX: y\r\n\r\n"
    let all = events([Array(before.utf8)[...], testCase.bytes[...]])
    #expect(Array(all.dropFirst()) == events([testCase.bytes[...]]))
  }

  private func text(of request: HTTPRequest) -> String {
    let content = request.body.isEmpty ? "" : " " + String(decoding: request.body, as: UTF8.self)
    return "\(request.method.name) \(request.path)" + content
  }

  private func events(_ pieces: [ArraySlice<UInt8>]) -> [HTTPRequestParser.Event] {
    RequestFeed.events(of: pieces)
  }
}
