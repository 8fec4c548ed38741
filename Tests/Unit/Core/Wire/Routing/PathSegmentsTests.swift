import Testing

@testable import Wire

@Suite struct PathSegmentsTests {
  @Test(arguments: [
    ("/", []), ("/a", ["a"]), ("/a/b/c", ["a", "b", "c"]), ("/a%2Fb/c", ["a/b", "c"]), ("/%41%42/%C3%A9", ["AB", "é"]),
    ("/../..", ["..", ".."]), ("/a+b", ["a+b"]), ("/é", ["é"]),
  ])
  func aPathIsCutBeforeItIsDecoded(path: String, segments: [String]) throws {
    let cut = try PathSegments(path)
    #expect((0..<cut.count).map { String(decoding: cut[$0], as: UTF8.self) } == segments)
  }

  @Test(arguments: ["", "a", "//", "/a/", "/a//b", "*"]) func withoutSlashOrWithAnEmptySegmentNothingIsFound(
    path: String
  ) {
    #expect(throws: PathSegments.Fault.notFound) { try PathSegments(path) }
  }

  @Test(arguments: ["/%", "/a/%1", "/%0x", "/%00", "/\0", "/%80", "/a%C3/%A9", "//%"])
  func badEscapesAreMalformed(path: String) {
    #expect(throws: PathSegments.Fault.malformed) { try PathSegments(path) }
  }
}
