internal import PublicJSON
internal import Wire

/// The documents of the interface: for programs, and a page for people with everything it needs.
enum DocumentationRoutes {
  /// Adds the documents of everything that is in the table by now, and of themselves.
  static func mount(on table: inout RouteTable) {
    let own = [
      RouteDescription("/openapi.json", "this document", answer: .json(.any)),
      RouteDescription(
        "/docs", "a page over this document, to read and to try", answer: .other(Page.documents.mediaType)),
    ]
    let document = OpenAPIDocument.bytes(of: table.descriptions + own)
    table.add(own[0]) { _ in .json(document) }
    table.add(own[1]) { _ in .now(Page.documents.response) }
    for page in [Page.documentsScript, .documentsStyle] {
      table.addPart(page.path) { _ in .now(page.response) }
    }
  }
}

/// A file of a page, embedded in the program.
struct Page: Sendable {
  let path: String
  let mediaType: String
  private let bytes: [UInt8]

  static let documents = Page(path: "/docs", mediaType: "text/html", bytes: PackageResources.docs_html)
  static let documentsScript = Page(
    path: "/docs/docs.js", mediaType: "text/javascript", bytes: PackageResources.docs_js)
  static let documentsStyle = Page(path: "/docs/docs.css", mediaType: "text/css", bytes: PackageResources.docs_css)

  /// The page may load what we serve, and nothing else: https://www.w3.org/TR/CSP3/.
  private static let contentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  var response: HTTPResponse {
    var response = HTTPResponse(.ok, body: .bytes(bytes))
    response.headers["Content-Type"] = "\(mediaType); charset=utf-8"
    response.headers["Content-Security-Policy"] = Page.contentSecurityPolicy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-cache"
    return response
  }
}
