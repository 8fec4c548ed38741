import Testing

@testable import Wire

@Suite struct LiteralChoiceTests {
  private func choice(_ left: String, _ right: String) -> LiteralChoice? {
    LiteralChoice(Array(left.utf8), Array(right.utf8))
  }

  private func find(_ text: String, of choice: LiteralChoice?) -> String {
    Array((text + "        ").utf8).withUnsafeBytes { bytes in
      guard let choice, let start = bytes.baseAddress else { return "none" }
      let (count, isLeft, stands) = choice.find(at: start)
      return stands ? "\(count) \(isLeft ? "left" : "right")" : "neither"
    }
  }

  @Test(arguments: [
    ("true,", "4 left"), ("false,", "5 right"), ("truE,", "neither"), ("fals,", "neither"), ("", "neither"),
    ("1", "neither"),
  ])
  func oneOfTwoWordsIsFound(text: String, found: String) {
    #expect(find(text, of: choice("true", "false")) == found)
  }

  @Test func wordsOfOneLetterAndOfEightAreFound() {
    #expect(find("A\"", of: choice("B", "A")) == "1 right")
    #expect(find("B\"", of: choice("B", "A")) == "1 left")
    #expect(find("abcdefgh", of: choice("abcdefgh", "x")) == "8 left")
  }

  @Test func wordsThatCannotBeToldApartAreRefused() {
    #expect(choice("", "a") == nil)
    #expect(choice("a", "ab") == nil)
    #expect(choice("ab", "a") == nil)
    #expect(choice("same", "same") == nil)
    #expect(choice("ninebytes", "a") == nil)
  }
}
