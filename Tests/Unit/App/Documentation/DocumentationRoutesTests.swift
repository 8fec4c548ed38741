import Net
import Support
import Testing
import Wire

@testable import App

/// The documents as they are served, of a whole gateway.
@Suite(.timeLimit(.minutes(1))) struct DocumentationRoutesTests {
  @Test func everyPathOfTheDocumentLeadsToARoute() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let document = try JSONValue(parsing: try await bench.web.get("/openapi.json").text)
    let paths = document["paths"]?.members?.map(\.key) ?? []
    for path in [
      "/", "/health", "/ready", "/{exchange}/ohlc/{symbol}/{interval}", "/openapi.json", "/docs", "/console",
    ] {
      #expect(paths.contains(path), "\(path)")
    }
    for path in paths {
      let filled = path.replacing("{exchange}", with: "toy").replacing("{symbol}", with: "NOPE")
        .replacing("{interval}", with: "1m")
      let answer = try await bench.web.get(filled)
      // Only an unknown symbol or a missing capability may be not found.
      #expect(answer.status != 405 && !answer.text.contains(#""code":"not_found""#), "\(filled): \(answer.text)")
    }
    await bench.stop()
  }

  @Test func thePageComesWholeFromHere() async throws {
    let bench = try ToyGateway()
    let page = try await bench.web.get("/docs")
    #expect(page.status == 200 && page.header("content-type") == "text/html; charset=utf-8")
    #expect(page.header("content-security-policy")?.hasPrefix("default-src 'none'; script-src 'self'") == true)
    for (part, type) in [("/docs/docs.js", "text/javascript"), ("/docs/docs.css", "text/css")] {
      #expect(page.text.contains("\"\(part)\""))
      let answer = try await bench.web.get(part)
      #expect(answer.status == 200 && answer.header("content-type") == "\(type); charset=utf-8")
    }
    // No address but our own.
    #expect(!page.text.contains("http://") && !page.text.contains("https://"))
    await bench.stop()
  }

  @Test func aPathThatNamesNothingIsNotFoundWhateverStandsBehindIt() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    #expect(try await bench.web.get("/toy/ohlc/NOPE/7m?limit=0").status == 404)
    #expect(try await bench.web.get("/toy/ohlc/ALPHAUSD/7m?limit=0").status == 422)
    #expect(try await bench.web.get("/multi/ohlc/NOPE/1m?limit=0").status == 404)
    await bench.stop()
  }
}
