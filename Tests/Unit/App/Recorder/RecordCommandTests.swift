import Testing

@testable import App

@Suite struct RecordCommandTests {
  private static let codes: [(CaptureEnd, Int32)] = [
    (.asked, 0), (.time, 0), (.full, 0), (.nothing, 1), (.failed(FileError("a", "b")), 1),
  ]

  @Test(arguments: codes)
  func onlyWhatWasAskedForEndsWithZero(end: CaptureEnd, code: Int32) {
    #expect(RecordCommand.told(Capture.Summary(end: end, totals: CaptureFolder.Totals()), "d") == code)
  }
}
