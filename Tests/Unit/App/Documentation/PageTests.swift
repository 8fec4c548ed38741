import Testing
import Wire

@testable import App

@Suite struct PageTests {
  @Test func aPageIsAskedForAgainByItsTagAndMayLoadOnlyWhatIsOurs() {
    let headers = Page.console.response.headers
    #expect(headers["Content-Type"] == "text/html; charset=utf-8")
    #expect(headers["Cache-Control"] == "no-cache")
    #expect(headers["X-Content-Type-Options"] == "nosniff")
    #expect(headers["Referrer-Policy"] == "no-referrer")
    let rules = (headers["Content-Security-Policy"] ?? "").split(separator: "; ").map(String.init)
    #expect(
      rules == [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' data:",
        "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
        "trusted-types 'none'",
      ])
  }

  /// The whole console is loaded over slow lines too.
  @Test func theConsoleStaysSmall() {
    let bytes = ([Page.console] + Page.consoleParts).map(\.byteCount)
    #expect(bytes.reduce(0, +) < 80_000)
    #expect(bytes.allSatisfy { $0 > 100 })
  }

  @Test func eachPathIsThatOfItsKind() {
    for part in Page.documentsParts + Page.consoleParts {
      #expect(part.path.hasSuffix(part.mediaType == "text/css" ? ".css" : "js"))
    }
    #expect(Set(Page.consoleParts.map(\.path)).count == Page.consoleParts.count)
  }
}
