import Testing

@testable import App

@Suite struct HeapTuningTests {
  @Test func theAllocatorTakesWhatItIsTold() {
    #expect(HeapTuning.begin())
  }

  @Test func givingBackLeavesWhatIsInUse() {
    let kept = (0..<1000).map { number in [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 1000) }
    HeapTuning.trim()
    #expect(
      kept.enumerated().allSatisfy { number, bytes in bytes.allSatisfy { $0 == UInt8(truncatingIfNeeded: number) } })
  }
}
