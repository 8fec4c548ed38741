import Testing

@testable import App

@Suite struct RecordingFilesTests {
  @Test func aFolderThatIsNotThereIsNamed() {
    #expect(throws: RecordingError("recording.json", "cannot be opened")) {
      try Recording(RecordingFiles(directory: "/proc/nonexistent"))
    }
  }

  @Test func aFolderCannotBeReadAsAFile() {
    #expect(throws: RecordingError("Unit", "cannot be read")) {
      try RecordingFiles(directory: RecordingFixture.packageDirectory + "/Tests").bytes(of: "Unit")
    }
  }

  @Test func linesOfRemarksAndEmptyOnesAreLeftOut() throws {
    let files = RecordingFiles(texts: ["a": "# no\n\nx y\n#z\nw\n"])
    #expect(try files.lines(of: "a") == ["x y", "w"])
  }

  @Test func aFileIsReadWhole() throws {
    let folder = RecordingFixture.directory
    let bytes = try RecordingFiles(directory: folder).bytes(of: "tapes/BTCUSDT.trades.csv")
    // Longer than one chunk of a read; the first row, and the last one's line end.
    #expect(bytes.count > 200_000)
    #expect(bytes.recordedText.hasPrefix("loop,343000\n@time,price,quantity,taker_sold,count\n0,61800.30,0.205,0,2\n"))
    #expect(bytes.last == UInt8(ascii: "\n"))
  }

  @Test func aTextThatIsNotThereIsNamed() {
    #expect(throws: RecordingError("b", "cannot be opened")) { try RecordingFiles(texts: ["a": ""]).bytes(of: "b") }
  }

  @Test func anErrorSaysTheFileAndTheFault() {
    #expect("\(RecordingError("a.csv", "has no rows"))" == "a.csv: has no rows")
  }
}
