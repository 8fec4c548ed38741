import Testing

@testable import App

@Suite(.timeLimit(.minutes(1))) struct DoctorCommandTests {
  @Test func aRecordingThatIsNotThereEndsWithOne() {
    var faults: [String] = []
    let options = DoctorOptions(Tool.Words(options: ["--demo": ""]), faults: &faults)
    let configuration = Configuration(values: ["RECORDINGS": "/nowhere"])
    #expect(DoctorCommand.run(configuration, options) == ServeCommand.ExitCode.failed)
  }
}
