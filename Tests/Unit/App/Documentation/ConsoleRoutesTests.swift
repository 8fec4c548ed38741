import Net
import Support
import Testing
import Wire

@testable import App

/// The console as it is served, of a whole gateway.
@Suite(.timeLimit(.minutes(1))) struct ConsoleRoutesTests {
  @Test func everyPartThatIsNamedIsServed() async throws {
    let bench = try ToyGateway()
    let page = try await bench.web.get("/console")
    #expect(page.status == 200 && page.header("content-type") == "text/html; charset=utf-8")
    var named: Set<String> = []
    for part in Page.consoleParts {
      let answer = try await bench.web.get(part.path)
      #expect(answer.status == 200 && answer.header("content-security-policy") == Page.contentSecurityPolicy)
      // `import { a } from "./b.mjs"` and `src="/console/b.mjs"`.
      for text in [answer.text, page.text] {
        for place in ["from \"./", "=\"/console/"] {
          named.formUnion(text.split(separator: place).dropFirst().map { "/console/" + $0.prefix { $0 != "\"" } })
        }
      }
      // No address but our own, and no way for a text to become markup.
      #expect(!answer.text.contains("http://") && !answer.text.contains("https://"))
      #expect(!["innerHTML", "outerHTML", "insertAdjacentHTML", "eval("].contains { answer.text.contains($0) })
    }
    #expect(named == Set(Page.consoleParts.map(\.path)))
    await bench.stop()
  }

  @Test func whoHasAPartIsSentNothingAndWhoHasNotGetsItCompressed() async throws {
    let bench = try ToyGateway()
    for path in ["/console", "/console/chart.mjs", "/docs"] {
      // The client offers gzip by itself, and unpacks it.
      let first = try await bench.web.get(path)
      let tag = try #require(first.header("etag"))
      #expect(first.header("content-encoding") == "gzip" && tag.hasSuffix("-gzip\""))
      let held = try await bench.web.get(path, headers: [("If-None-Match", tag)])
      #expect(held.status == 304 && held.text.isEmpty)
    }
    await bench.stop()
  }

  @Test func aBrowserThatAsksForTheRootIsSentToTheConsole() async throws {
    let bench = try ToyGateway()
    let browser = try await bench.web.get("/", headers: [("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")])
    #expect(browser.status == 303 && browser.header("location") == "/console" && browser.header("vary") != nil)
    for accept in ["*/*", "application/json", "application/json, text/html", "text/plain"] {
      let program = try await bench.web.get("/", headers: [("Accept", accept)])
      #expect(program.status == 200 && program.text.hasPrefix("{\"name\":\"marketgate\""), "\(accept)")
    }
    await bench.stop()
  }

  @Test func metricsAreJSONForWhoPrefersIt() async throws {
    let bench = try ToyGateway()
    let json = try await bench.web.get("/metrics", headers: [("Accept", "application/json")])
    #expect(json.header("content-type") == "application/json")
    #expect(json.header("cache-control") == "no-store")
    let document = try JSONValue(parsing: json.text)
    let names = document["metrics"]?.array?.compactMap { $0["name"]?.string } ?? []
    #expect(names == names.sorted() && names.contains("marketgate_requests_total"))
    let text = try await bench.web.get("/metrics", headers: [("Accept", "text/plain;version=0.0.4;q=0.3,*/*;q=0.1")])
    #expect(text.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
    await bench.stop()
  }
}
