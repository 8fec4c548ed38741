import Testing

@testable import App

@Suite struct InkTests {
  @Test func coloursSurroundTheTextAndEndWithIt() {
    #expect(Ink(isOn: true).paint("buy", .green) == "\u{1B}[32mbuy\u{1B}[0m")
  }

  @Test func nothingIsPaintedWithoutInkTintOrText() {
    #expect(Ink(isOn: false).paint("buy", .green) == "buy")
    #expect(Ink(isOn: true).paint("buy", nil) == "buy")
    #expect(Ink(isOn: true).paint("", .green) == "")
  }
}
