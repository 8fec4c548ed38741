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

  // The cases below are loops: reporting each of them costs more than the parser.

  @Test func isTheSameByteByByteAndInTwoPieces() {
    for testCase in HTTPCorpus.all {
      let whole = events([testCase.bytes[...]])
      if events(testCase.bytes.indices.map { testCase.bytes[$0...$0] }) != whole {
        Issue.record("\(testCase.law): byte by byte")
      }
      for cut in stride(from: 0, through: testCase.bytes.count, by: testCase.cutEvery)
      where events([testCase.bytes[..<cut], testCase.bytes[cut...]]) != whole {
        Issue.record("\(testCase.law): cut at \(cut)")
      }
    }
  }

  /// A piece of one to three bytes alone: CR, LF and what stands beside them come apart in every way.
  @Test func isTheSameInThreePieces() {
    for testCase in HTTPCorpus.all {
      let (bytes, whole) = (testCase.bytes, events([testCase.bytes[...]]))
      for length in 1...3 {
        // Each place is cut for one of the lengths.
        for cut in stride(from: length - 1, through: max(0, bytes.count - length), by: 3 * testCase.cutEvery) {
          let end = min(cut + length, bytes.count)
          if events([bytes[..<cut], bytes[cut..<end], bytes[end...]]) != whole {
            Issue.record("\(testCase.law): \(length) bytes alone at \(cut)")
          }
        }
      }
    }
  }

  /// The parser keeps nothing of one message for the next.
  @Test func isTheSameBehindOtherRequests() {
    let before = "POST /before HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;x\r\na\r\n0\r\nX: y\r\n\r\n"
    for testCase in HTTPCorpus.all {
      let all = events([Array(before.utf8)[...], testCase.bytes[...]])
      if Array(all.dropFirst()) != events([testCase.bytes[...]]) { Issue.record("\(testCase.law)") }
    }
  }

  private func text(of request: HTTPRequest) -> String {
    let content = request.body.isEmpty ? "" : " " + String(decoding: request.body, as: UTF8.self)
    return "\(request.method.name) \(request.path)" + content
  }

  private func events(_ pieces: [ArraySlice<UInt8>]) -> [HTTPRequestParser.Event] {
    RequestFeed.events(of: pieces)
  }
}
