import Testing

@testable import Wire

@Suite struct LayoutScratchTests {
  @Test func powersOfTenAreThere() {
    let scratch = LayoutScratch()
    defer { scratch.deallocate() }
    #expect(
      (0...8).map { scratch.powersOfTen[$0] } == [
        1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
      ])
  }

  @Test func zerosStandBehindEveryCopy() {
    let scratch = LayoutScratch()
    defer { scratch.deallocate() }
    for letter in [UInt8(ascii: "a"), UInt8(ascii: "b")] {
      let text = [UInt8](repeating: letter, count: LayoutScratch.reach + 9)
      text.withUnsafeBytes { bytes in
        if let start = bytes.baseAddress { scratch.copy(upTo: start + bytes.count) }
      }
      let copy = UnsafeRawBufferPointer(start: scratch.memory, count: 3 * LayoutScratch.reach)
      #expect(copy.prefix(LayoutScratch.reach).allSatisfy { $0 == letter })
      #expect(copy.dropFirst(LayoutScratch.reach).allSatisfy { $0 == 0 })
    }
  }
}
