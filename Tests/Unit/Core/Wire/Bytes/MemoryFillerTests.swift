import Testing

@testable import Wire

@Suite struct MemoryFillerTests {
  @Test func putsBytesAndTextBehindEachOther() {
    let filled = SharedBytes(count: 9) { memory in
      var filler = MemoryFiller(memory)
      filler.put("é")
      ([1, 2, 3] as [UInt8]).withUnsafeBytes { filler.put($0) }
      filler.put("")
      filler.put(UnsafeRawBufferPointer(start: nil, count: 0))
      filler.put("text")
    }
    #expect(filled.array == [0xC3, 0xA9, 1, 2, 3, 0x74, 0x65, 0x78, 0x74])
  }

  @Test func moreThanThereIsRoomForEndsTheProcess() async {
    await #expect(processExitsWith: .failure) {
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 2, alignment: 1)
      var filler = MemoryFiller(memory)
      filler.put("abc")
    }
  }
}
