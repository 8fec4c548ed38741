import Testing

@testable import Wire

@Suite struct QualityValueTests {
  @Test(arguments: [
    ("0", 0), ("1", 1000), ("0.", 0), ("0.5", 500), ("0.25", 250), ("0.125", 125), ("1.000", 1000), ("1.0", 1000),
    ("0.000", 0), ("1.001", nil), ("2", nil), ("", nil), (".5", nil), ("0.1234", nil), ("0,5", nil), ("-1", nil),
    ("0.a", nil), ("01", nil),
  ])
  func theGrammarIsThatOfTheRFC(text: String, thousandths: Int?) {
    #expect(QualityValue.thousandths(Array(text.utf8)[...]) == thousandths)
  }
}
