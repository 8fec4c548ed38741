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
    for part in Page.documentsParts {
      table.addPart(part.path) { _ in .now(part.response) }
    }
  }
}
