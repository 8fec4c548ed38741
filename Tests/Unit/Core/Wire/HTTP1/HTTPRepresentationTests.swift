import Testing

@testable import Wire

@Suite struct HTTPRepresentationTests {
  @Test func theCompressedFormIsMadeOnceAndWhenItIsAskedFor() throws {
    let representation = HTTPRepresentation(GzipTests.text)
    #expect(!representation.isCompressed)
    #expect(representation.heldBytes == GzipTests.text.count)
    let first = try #require(representation.gzip)
    #expect(representation.isCompressed)
    #expect(representation.heldBytes == GzipTests.text.count + first.count)
    #expect(representation.gzip === first)
    #expect(GzipTests.inflated(first.array) == GzipTests.text)
    #expect(representation.plain.array == GzipTests.text)
  }

  @Test func theTagIsThatOfTheBytes() {
    #expect(HTTPRepresentation(GzipTests.text).tag == HTTPRepresentation(SharedBytes(GzipTests.text)).tag)
    #expect(HTTPRepresentation([]).tag.text == "\"WOL8zvp+MGE2fx1XpOdF\"")
  }

  @Test func allWhoAskAtTheSameTimeGetTheSameForm() async {
    let representation = HTTPRepresentation(GzipTests.text)
    let forms = await withTaskGroup(of: ObjectIdentifier?.self) { group in
      for _ in 0..<16 { group.addTask { representation.gzip.map(ObjectIdentifier.init) } }
      var forms: Set<ObjectIdentifier?> = []
      for await form in group { forms.insert(form) }
      return forms
    }
    #expect(forms.count == 1)
    #expect(!forms.contains(nil))
  }

  @Test func whatIsTooLongHasNoCompressedForm() {
    let representation = HTTPRepresentation([UInt8](repeating: 0, count: Gzip.maxBytes + 1))
    #expect(representation.gzip == nil)
    #expect(!representation.isCompressed)
  }
}
