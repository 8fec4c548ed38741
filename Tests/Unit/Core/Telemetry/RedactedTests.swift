import Telemetry
import Testing

@Suite struct RedactedTests {
  private let key = Redacted("hunter2")

  @Test func noWayOfPrintingShowsTheSecret() {
    var dumped = ""
    dump(key, to: &dumped)
    dump([key], to: &dumped)
    let printed = ["\(key)", String(reflecting: key), String(describing: [key]), key.description, dumped]
    for text in printed {
      #expect(!text.contains("hunter2"))
      #expect(text.contains("[redacted]"))
    }
  }

  @Test func theSecretIsThereForWhoAsks() {
    #expect(key.exposed == "hunter2")
    #expect(key == Redacted("hunter2"))
    #expect(key != Redacted("hunter3"))
  }
}
