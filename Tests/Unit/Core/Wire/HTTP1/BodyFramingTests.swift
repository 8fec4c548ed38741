import Testing
import Wire

/// RFC 9112 §6, by way of the request parser.
@Suite struct BodyFramingTests {
  // MARK: §6.1 Transfer-Encoding

  @Test(arguments: ["chunked", "ChUnKeD", " chunked ", ", chunked,"])
  func chunkedIsTakenInAnyCase(value: String) throws {
    let text = RequestFeed.post("tRANSFER-eNCODING:\(value)\r\n", "5\r\nhello\r\n0\r\n\r\n")
    #expect(try RequestFeed.request(text).body == [UInt8]("hello".utf8))
  }

  @Test(arguments: ["foo", "identity", "gzip", "gzip, chunked", "identity, chunked", "xchunked", "chunkedx"])
  func anUnknownCodingIsNotImplemented(value: String) {
    #expect(RequestFeed.refusal(RequestFeed.post("Transfer-Encoding: \(value)\r\n")) == 501)
  }

  @Test(arguments: [
    "chunked, gzip", "chunked, chunked", "chunked, identity", "", ",", "chunked;q=0.5", "chunked;", "\"chunked\"",
    "\u{B}chunked", "\u{C}chunked", "chunked\0", "chun ked",
  ])
  func aCodingThatTwoReadersMayTakeDifferentlyIsRefused(value: String) {
    #expect(RequestFeed.refusal(RequestFeed.post("Transfer-Encoding: \(value)\r\n")) == 400)
  }

  @Test(arguments: ["chunked", "identity"]) func twoLinesAreOneList(second: String) {
    let text = RequestFeed.post("Transfer-Encoding: chunked\r\nTransfer-Encoding: \(second)\r\n")
    #expect(RequestFeed.refusal(text) == 400)
  }

  @Test func transferEncodingInHTTP10IsRefused() {
    let text = "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n0\r\n\r\n"
    #expect(RequestFeed.refusal(text) == 400)
  }

  /// Transfer-Encoding spoilt by one odd byte next to a Content-Length never counts as chunked.
  @Test func aSpoiltTransferEncodingIsRefused() {
    for odd in Array(UInt8(1)...8) + [11, 12] + Array(14...31) + [0x7F, 0x80, 0xA0, 0xFF] {
      for (before, after) in [("", "Transfer-Encoding: chunked"), ("Transfer-Encoding", ": chunked")] {
        let head = [UInt8]("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\(before)".utf8)
        let tail = [UInt8]("\(after)\r\n\r\n0\r\n\r\n".utf8)
        #expect(RequestFeed.refusal(head + [odd] + tail, cutEvery: 50) == 400, "byte \(odd)")
      }
    }
  }

  @Test func aNameLikeTransferEncodingIsAnother() throws {
    let text = RequestFeed.post("Content-Length: 5\r\nTransfer_Encoding: chunked\r\n", "hello")
    #expect(try RequestFeed.request(text).body == [UInt8]("hello".utf8))
  }

  // MARK: §6.2 Content-Length

  @Test(arguments: [
    "+5", "-5", "0x5", "5 5", "0_5", "5.0", "5e0", "abc", "5, 6", "5, 5", "5;", "٥", "\"5\"", "\u{B}5", "5,x", "",
  ])
  func aMalformedLengthIsRefused(value: String) {
    #expect(RequestFeed.refusal(RequestFeed.post("Content-Length: \(value)\r\n", "hello")) == 400)
  }

  @Test(arguments: ["65537", "9223372036854775808", "18446744073709551621", String(repeating: "9", count: 300)])
  func aLengthBeyondTheLimitOrAnyTypeIsTooLarge(value: String) {
    #expect(RequestFeed.refusal(RequestFeed.post("Content-Length: \(value)\r\n", "hello")) == 413)
  }

  @Test(arguments: ["5", "6"]) func twoLengthsAreRefusedEvenWhenEqual(second: String) {
    let text = RequestFeed.post("Content-Length: 5\r\nContent-Length: \(second)\r\n", "hello")
    #expect(RequestFeed.refusal(text) == 400)
  }

  @Test func leadingZerosOfALengthAreLegal() throws {
    #expect(try RequestFeed.request(RequestFeed.post("Content-Length: 0005\r\n", "hello")).body.count == 5)
  }

  // MARK: §6.3 message body length

  @Test(arguments: ["5", "0"]) func bothFramingsAreRefusedInEitherOrder(length: String) {
    let fields = ["Content-Length: \(length)\r\n", "Transfer-Encoding: chunked\r\n"]
    #expect(RequestFeed.refusal(RequestFeed.post(fields[0] + fields[1], "0\r\n\r\n")) == 400)
    #expect(RequestFeed.refusal(RequestFeed.post(fields[1] + fields[0], "0\r\n\r\n")) == 400)
  }

  @Test func withoutFramingThereIsNoBody() {
    #expect(RequestFeed.requests(RequestFeed.post("") + RequestFeed.get()).map(\.body) == [[], []])
    #expect(RequestFeed.requests(RequestFeed.post("Content-Length: 0\r\n") + RequestFeed.get()).count == 2)
  }
}
