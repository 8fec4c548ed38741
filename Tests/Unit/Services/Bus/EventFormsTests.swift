import Testing

@testable import Services

@Suite struct EventFormsTests {
  private let first = EventForm(rawValue: 1)
  private let second = EventForm(rawValue: 2)

  @Test func aShapeIsEncodedOnceHoweverManyWantItAndHow() {
    let forms = EventForms([first, first.compressed, first])
    #expect(forms.plain == [first])
    #expect(forms.compressed == [first])
  }

  @Test func nothingIsCompressedThatNobodyWantsSo() {
    let forms = EventForms([first.compressed, second, second.naming("PAIR")])
    #expect(Set(forms.plain) == [first, second, second.naming("PAIR")])
    #expect(forms.compressed == [first])
  }

  @Test func nobodyWantsNothing() {
    #expect(EventForms.none.plain.isEmpty && EventForms.none.compressed.isEmpty)
  }
}
