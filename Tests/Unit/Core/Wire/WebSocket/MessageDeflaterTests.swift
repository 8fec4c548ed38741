import Testing

@testable import Wire

/// RFC 7692 §7.2.1. Expected bytes are those of Python's zlib, the same library.
@Suite struct MessageDeflaterTests {
  private func message(_ text: String, _ deflater: inout MessageDeflater) -> [UInt8]? {
    Array(text.utf8).withUnsafeBytes { deflater.message($0) }
  }

  @Test func aMessageIsAFlushWithoutItsLastFourBytes() throws {
    var deflater = try #require(MessageDeflater(windowBits: 15))
    #expect(message("Hello", &deflater) == DeflateSample.hello)
    #expect(message("Hello", &deflater) == DeflateSample.helloAgain)
  }

  @Test func messagesAreThoseOfPythonsZlib() throws {
    var deflater = try #require(MessageDeflater(windowBits: 15))
    #expect(message(DeflateSample.trade, &deflater) == DeflateSample.tradeCompressed)
    #expect(message(DeflateSample.trade, &deflater) == DeflateSample.tradeAgain)
    // A message of that length needs no more than the least window.
    var small = try #require(MessageDeflater(windowBits: 9))
    #expect(message(DeflateSample.trade, &small) == DeflateSample.tradeCompressed)
  }

  @Test func thereIsNoWindowOf256Bytes() {
    #expect(MessageDeflater(windowBits: 8) == nil)
  }

  @Test(arguments: [(0, 9), (250, 9), (251, 10), (762, 10), (763, 11), (32_506, 15), (1 << 20, 15)])
  func theWindowIsNoLargerThanTheMessageNeeds(count: Int, bits: Int) {
    // zlib looks 2^bits - 262 bytes back (MAX_DIST in its deflate.h).
    #expect(MessageDeflater.windowBits(forMessageOf: count, atMost: 15) == bits)
    #expect(MessageDeflater.windowBits(forMessageOf: count, atMost: 11) == min(bits, 11))
  }

  @Test func longAndIncompressibleMessagesComeBackWhole() throws {
    var state: UInt64 = 1
    let noise = (0..<300_000).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    for bits in 9...15 {
      var deflater = try #require(MessageDeflater(windowBits: bits))
      var inflater = try #require(MessageInflater(windowBits: bits))
      for payload in [noise, Array(noise[..<40_000]) + noise, [UInt8](repeating: 7, count: 100_000)] {
        let compressed = try #require(payload.withUnsafeBytes { deflater.message($0) })
        var output: [UInt8] = []
        let take: (UnsafeRawBufferPointer) -> Bool = {
          output += $0
          return true
        }
        _ = compressed.withUnsafeBytes { inflater.inflate($0, room: { .max }, take) }
        _ = inflater.finish(room: { .max }, take)
        #expect(output == payload)
      }
    }
  }

  @Test func aCopyGoesItsOwnWay() throws {
    var first = try #require(MessageDeflater(windowBits: 15))
    #expect(message("Hello", &first) == DeflateSample.hello)
    var second = first
    #expect(message("something else", &second) != nil)
    #expect(message("Hello", &first) == DeflateSample.helloAgain)
  }
}
