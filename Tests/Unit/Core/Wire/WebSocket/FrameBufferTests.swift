import Testing

@testable import Wire

@Suite struct FrameBufferTests {
  private func append(_ bytes: [UInt8], to buffer: inout FrameBuffer) {
    bytes.withUnsafeBytes { buffer.append($0) }
  }

  private func content(_ buffer: FrameBuffer) -> [UInt8] { buffer.withBytes { Array($0) } }

  @Test func bytesComeOutInOrderAndOnce() {
    var buffer = FrameBuffer(retainedBytes: 64)
    var taken: [UInt8] = []
    let sent = (0..<250).map { UInt8($0) }
    for byte in sent {
      append([byte], to: &buffer)
      guard buffer.count >= 3 else { continue }
      taken += content(buffer).prefix(2)
      buffer.discard(2)
    }
    #expect(taken + content(buffer) == sent)
  }

  @Test func usedBytesDoNotPileUp() {
    var buffer = FrameBuffer(retainedBytes: 64)
    for _ in 0..<10_000 {
      append([1, 2, 3], to: &buffer)
      buffer.discard(buffer.count - 1)
    }
    #expect(buffer.count == 1)
    #expect(buffer.capacity <= 256)
  }

  @Test func memoryAboveWhatIsRetainedIsGivenBackWhenEmpty() {
    var buffer = FrameBuffer(retainedBytes: 1000)
    append([UInt8](repeating: 0, count: 100_000), to: &buffer)
    buffer.discard(100_000)
    #expect(buffer.capacity <= 1000)
  }

  @Test func memoryOfAHugeMessageIsGivenBackWhenALittleIsAlwaysLeft() {
    var buffer = FrameBuffer(retainedBytes: 1000)
    append([UInt8](repeating: 0, count: 100_000) + [7], to: &buffer)
    buffer.discard(100_000)
    append([8], to: &buffer)
    #expect(content(buffer) == [7, 8])
    #expect(buffer.capacity <= 1000)
  }

  @Test func retainedMemoryIsKept() {
    var buffer = FrameBuffer(retainedBytes: 10_000)
    append([UInt8](repeating: 0, count: 5000), to: &buffer)
    buffer.discard(5000)
    #expect(buffer.capacity >= 5000)
  }

  @Test func bytesAreChangedInPlace() {
    var buffer = FrameBuffer(retainedBytes: 64)
    append([1, 2, 3], to: &buffer)
    buffer.discard(1)
    buffer.withMutableBytes { $0[0] = 9 }
    #expect(content(buffer) == [9, 3])
  }
}
