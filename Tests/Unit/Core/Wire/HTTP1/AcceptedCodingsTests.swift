import Testing

@testable import Wire

@Suite struct AcceptedCodingsTests {
  private func codings(_ values: String...) -> AcceptedCodings {
    AcceptedCodings(HTTPHeaders(values.map { ("Accept-Encoding", $0) }))
  }

  @Test func aClientThatDoesNotSayIsSentTheContentAsItIs() {
    #expect(AcceptedCodings(HTTPHeaders()).gzip == 0)
    #expect(AcceptedCodings(HTTPHeaders()).identity == 1000)
  }

  /// The examples of RFC 9110 section 12.5.3.
  @Test(arguments: [
    ("compress, gzip", 1000, 1), ("", 0, 1), ("*", 1000, 1000), ("compress;q=0.5, gzip;q=1.0", 1000, 1),
    ("gzip;q=1.0, identity; q=0.5, *;q=0", 1000, 500),
  ])
  func theExamplesOfTheRFCAreRead(value: String, gzip: Int, identity: Int) {
    #expect(codings(value).gzip == gzip)
    #expect(codings(value).identity == identity)
  }

  @Test(arguments: [
    ("gzip", 1000, 1), ("GZip", 1000, 1), ("x-gzip", 1000, 1), ("gzip;q=0", 0, 1), ("gzip;q=0.000", 0, 1),
    ("identity;q=0", 0, 0), ("*;q=0", 0, 0), ("gzip, *;q=0", 1000, 0), ("identity", 0, 1000),
    ("identity, *;q=0.2", 200, 1000), ("gzip ; q=0.25", 250, 1), ("gzip;Q=0.125", 125, 1), ("gzip;q=1.000", 1000, 1),
    ("gzip;q=0.", 0, 1), ("deflate, br", 0, 1), ("gzip;q=0.1, x-gzip;q=0.3", 300, 1), ("gzip\t;\tq=0.5", 500, 1),
  ])
  func weightsAreThoseOfTheGrammar(value: String, gzip: Int, identity: Int) {
    #expect(codings(value).gzip == gzip)
    #expect(codings(value).identity == identity)
  }

  @Test(arguments: [
    "gzip;q=2", "gzip;q=1.001", "gzip;q=0.1234", "gzip;q=-1", "gzip;q=", "gzip;q", "gzip;x=1", "gzip;q=0.5;a=b",
    "g zip",
    ";q=1", "gzip;q=.5", "gzip;q=0,5", "gzip;q=\"1\"",
  ])
  func whatIsNoCodingSaysNothing(value: String) {
    #expect(codings(value).gzip == 0)
    #expect(codings(value).identity == 1)
  }

  @Test func linesOfOneFieldAreOneList() {
    #expect(codings("br", "gzip;q=0.5") == codings("br, gzip;q=0.5"))
  }
}
