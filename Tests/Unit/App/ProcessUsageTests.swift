import Glibc
import Net
import Testing

@testable import App

@Suite struct ProcessUsageTests {
  @Test func memoryIsThatOfTheKernelsStatus() throws {
    let usage = ProcessUsage.now
    let status = try #require(SystemFacts.text(ofFile: "/proc/self/status"))
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
    let words = line.split { " \t".contains($0) }
    let kibibytes = try #require(Int64(words[1]))
    // Other tests run at the same time: the same within a factor of two.
    #expect((kibibytes * 512...kibibytes * 2048).contains(usage.residentBytes))
    #expect(usage.virtualBytes > usage.residentBytes)
  }

  @Test func anOpenDescriptorIsCounted() {
    let opened = (0..<500).map { _ in dup(0) }
    let count = ProcessUsage.now.descriptors
    for descriptor in opened { close(descriptor) }
    #expect(count >= 500)
    #expect(count <= Int64(DescriptorLimit.allowed))
  }

  @Test func timeOnACoreGrowsWithWork() {
    let before = ProcessUsage.now.processorMicroseconds
    let start = EventLoop.monotonicNanoseconds
    while ProcessUsage.now.processorMicroseconds <= before, EventLoop.monotonicNanoseconds - start < 10_000_000_000 {}
    #expect(ProcessUsage.now.processorMicroseconds > before)
  }
}
