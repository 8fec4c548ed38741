import Glibc
import Support
import Testing

@testable import Net

/// Both sides in memory: each byte reaches the server when the test says so.
@Suite(.timeLimit(.minutes(1))) struct TLSServerStreamTests {
  private static let authority = TestCertificates()
  private static let identity = authority.identity()
  /// Shared, as it is by the connections of a server.
  private static let context = Result { () throws(TLSCertificateFault) in
    try TLSServerContext(certificateFile: identity.certificateFile, keyFile: identity.keyFile)
  }

  /// A server's side and a client that talks to it.
  private final class Pair {
    let server: TLSServerStream
    private(set) var received: [UInt8] = []
    private(set) var outcomes: [TLSServerStream.Outcome] = []
    /// How the client's bytes are cut.
    var cut: ([UInt8]) -> [ArraySlice<UInt8>] = { [$0[...]] }
    private(set) var client: TLSClient!

    init(_ cut: (([UInt8]) -> [ArraySlice<UInt8>])? = nil) throws {
      server = try TLSServerStream(TLSServerStreamTests.context.get())
      if let cut { self.cut = cut }
      client = TLSClient(
        caFile: TLSServerStreamTests.authority.caFile,
        transmit: { [unowned self] bytes in for part in self.cut(bytes) { feed(Array(part)) } },
        receive: { [unowned self] in takeOutput() })
    }

    @discardableResult
    func feed(_ bytes: [UInt8]) -> TLSServerStream.Outcome {
      var room = [UInt8](repeating: 0, count: 16_384)
      let outcome = bytes.withUnsafeBytes { bytes in
        room.withUnsafeMutableBytes { room in
          server.receive(bytes, into: room) { received += Array($0) }
        }
      }
      outcomes.append(outcome)
      return outcome
    }

    func takeOutput() -> [UInt8] {
      let bytes = server.withOutput { vectors in
        vectors.flatMap { Array(UnsafeRawBufferPointer(start: $0.iov_base, count: $0.iov_len)) }
      }
      server.sent(bytes.count)
      return bytes
    }

    /// Encrypts the pieces from the front; gives how many bytes were taken.
    func encrypt(_ pieces: [[UInt8]]) -> Int? {
      var scratch = [UInt8](repeating: 0, count: 32_768)
      let copies = pieces.map { piece in
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: piece.count, alignment: 1)
        copy.copyBytes(from: piece)
        return copy
      }
      defer { for copy in copies { copy.deallocate() } }
      var vectors = copies.map { iovec(iov_base: $0.baseAddress, iov_len: $0.count) }
      return vectors.withUnsafeMutableBufferPointer { vectors in
        scratch.withUnsafeMutableBytes { server.encrypt(vectors, scratch: $0) }
      }
    }
  }

  /// RFC 8446 section 5.1: type, version, length. How many records of application data stand in the bytes.
  private func records(in bytes: [UInt8]) -> Int {
    var (count, index) = (0, 0)
    while index + 5 <= bytes.count {
      if bytes[index] == 23 { count += 1 }
      index += 5 + Int(bytes[index + 3]) << 8 + Int(bytes[index + 4])
    }
    return count
  }

  @Test func theHandshakeMayComeByteByByte() throws {
    let pair = try Pair { bytes in bytes.indices.map { bytes[$0...$0] } }
    try pair.client.shakeHands()
    #expect(pair.server.isEstablished)
    #expect(pair.outcomes.allSatisfy { $0 == .needsMore })
    pair.client.send("byte by byte")
    #expect(pair.received == Array("byte by byte".utf8))
  }

  @Test func theHandshakeMayBeCutAnywhere() throws {
    let size = try Pair().client.hello().count
    for place in 1..<size {
      let pair = try Pair { bytes in
        let place = min(place, bytes.count - 1)
        return [bytes[..<place], bytes[place...]]
      }
      try pair.client.shakeHands()
      pair.client.send("x")
      #expect(pair.received == [0x78], "cut at \(place)")
    }
  }

  @Test func whatFollowsTheHandshakeInOneReadIsNotLost() throws {
    let pair = try Pair()
    // The client's last flight and its first data, held back and then fed at once.
    var held: [UInt8] = []
    pair.cut = { bytes in
      held += bytes
      return []
    }
    pair.feed(pair.client.hello())
    try? pair.client.shakeHands()
    pair.client.send("early")
    #expect(pair.received.isEmpty)
    pair.feed(held)
    #expect(pair.received == Array("early".utf8))
  }

  @Test func smallPiecesShareARecord() throws {
    let pair = try Pair()
    try pair.client.shakeHands()
    // A ticket for the client, which counts records.
    let before = pair.server.outputCount
    let pieces = (0..<100).map { [UInt8](repeating: UInt8($0), count: 100) }
    #expect(pair.encrypt(pieces) == 10_000)
    #expect(pair.server.outputCount < before + 10_000 + 64)
    let bytes = try pair.client.read(10_000)
    #expect(bytes == Array(pieces.joined()))
  }

  @Test(arguments: [[16_384], [16_383, 2], [1, 16_384], [1, 16_383], [40_000], [5, 40_000, 7], [1, 1, 16_385, 1]])
  func aPieceMayHaveAnySize(sizes: [Int]) throws {
    let pair = try Pair()
    try pair.client.shakeHands()
    let pieces = sizes.enumerated().map { index, size in (0..<size).map { UInt8(truncatingIfNeeded: $0 / 3 + index) } }
    let all = Array(pieces.joined())
    #expect(pair.encrypt(pieces) == all.count)
    #expect(try pair.client.read(all.count) == all)
  }

  @Test func noMoreThanABatchIsEncryptedAtOnce() throws {
    let pair = try Pair()
    try pair.client.shakeHands()
    _ = pair.takeOutput()
    let taken = try #require(pair.encrypt([[UInt8](repeating: 7, count: 1 << 20)]))
    #expect(taken == TLSServerStream.batchBytes)
    let output = pair.takeOutput()
    #expect(records(in: output) == 4)
    #expect(output.count < TLSServerStream.batchBytes + 4 * 64)
  }

  @Test func halfAnEndLeavesTheOtherHalf() throws {
    let pair = try Pair()
    try pair.client.shakeHands()
    pair.client.send("last words")
    pair.client.finishWriting()
    #expect(pair.outcomes.last == .ended)
    #expect(pair.received == Array("last words".utf8))
    #expect(pair.encrypt([Array("the answer".utf8)]) == 10)
    pair.server.end()
    #expect(try pair.client.readToEnd() == Array("the answer".utf8))
    #expect(pair.encrypt([[1]]) == nil)
  }

  @Test func nothingIsSaidAtTheEndOfAHandshakeThatIsNotOver() throws {
    let pair = try Pair()
    pair.server.end()
    #expect(pair.server.outputCount == 0)
    #expect(pair.feed(pair.client.hello()) == .failed)
  }

  @Test(arguments: ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}", "SSH-2.0-x\r\n"])
  func whatIsNoTLSFails(text: String) throws {
    let pair = try Pair()
    #expect(pair.feed(Array(text.utf8)) == .failed)
    #expect(!pair.server.isEstablished)
    #expect(pair.feed(Array(text.utf8)) == .failed)
  }

  @Test func aChangedRecordFailsWithAnAlert() throws {
    let pair = try Pair()
    try pair.client.shakeHands()
    let before = pair.server.outputCount
    var record = pair.client.encrypt(Array("honest".utf8))
    record[record.count - 1] ^= 1
    #expect(pair.feed(record) == .failed)
    #expect(pair.received.isEmpty)
    #expect(pair.server.outputCount > before)
    #expect(throws: TLSClient.Failure.refused("sslv3 alert bad record mac")) { try pair.client.readToEnd() }
    #expect(pair.encrypt([[1]]) == nil)
  }

  @Test func everyDeliveryOfARead() throws {
    let pair = try Pair()
    try pair.client.shakeHands()
    // Many records in one read, and a record in many reads.
    let records = (0..<500).flatMap { pair.client.encrypt(Array("\($0);".utf8)) }
    pair.feed(records)
    let expected = (0..<500).map { "\($0);" }.joined()
    #expect(String(decoding: pair.received, as: UTF8.self) == expected)
    for byte in pair.client.encrypt(Array("slowly".utf8)) { pair.feed([byte]) }
    #expect(String(decoding: pair.received, as: UTF8.self) == expected + "slowly")
  }

  @Test func memoryGoesWithTheLastByte() throws {
    let pair = try Pair()
    try pair.client.shakeHands()
    _ = pair.takeOutput()
    #expect(pair.encrypt([[UInt8](repeating: 1, count: 1000)]) == 1000)
    let count = pair.server.outputCount
    pair.server.sent(count - 1)
    #expect(pair.server.outputCount == 1)
    pair.server.sent(10)
    #expect(pair.server.outputCount == 0)
  }
}
