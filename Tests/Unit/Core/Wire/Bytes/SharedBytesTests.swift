import Testing
import Wire

@Suite struct SharedBytesTests {
  @Test func bytesAreCopiedFromAnArray() {
    var source: [UInt8] = [1, 2, 3]
    let shared = SharedBytes(source)
    source[0] = 9
    #expect(shared.count == 3)
    #expect(shared.array == [1, 2, 3])
    #expect(Array(shared.bytes) == [1, 2, 3])
  }

  @Test func bytesAreCopiedFromMemoryThatEnds() {
    let source: [UInt8] = Array(0...255)
    let shared = source.withUnsafeBytes { SharedBytes(copying: UnsafeRawBufferPointer(rebasing: $0[10..<20])) }
    #expect(shared.array == Array(10..<20))
  }

  @Test func noBytesAreBytesToo() {
    #expect(SharedBytes([]).array.isEmpty)
    #expect(SharedBytes(copying: UnsafeRawBufferPointer(start: nil, count: 0)).count == 0)
  }

  @Test func theAddressStaysTheSame() {
    let shared = SharedBytes([7])
    let other = shared
    #expect(shared.base == other.base)
    #expect(shared.bytes.baseAddress == shared.base)
    #expect(shared.base.load(as: UInt8.self) == 7)
  }

  @Test func threadsMayReadAtTheSameTime() async {
    let shared = SharedBytes(Array(repeating: 1, count: 1000))
    let sums = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<4 { group.addTask { shared.bytes.reduce(0) { $0 + Int($1) } } }
      var sums: [Int] = []
      for await sum in group { sums.append(sum) }
      return sums
    }
    #expect(sums == [1000, 1000, 1000, 1000])
  }
}
