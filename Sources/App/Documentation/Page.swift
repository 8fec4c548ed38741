internal import Wire

/// A file of a page, embedded in the program.
struct Page: Sendable {
  let path: String
  let mediaType: String
  private let representation: HTTPRepresentation

  init(path: String, mediaType: String, bytes: [UInt8]) {
    self.path = path
    self.mediaType = mediaType
    representation = HTTPRepresentation(bytes)
  }

  /// The page may load and ask what we serve, and nothing else; no text becomes markup or a script in it
  /// (https://www.w3.org/TR/CSP3/, https://www.w3.org/TR/trusted-types/). `'self'` in `connect-src` is also for
  /// WebSockets of the same origin.
  static let contentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    + "trusted-types 'none'"

  /// How many bytes it has, uncompressed.
  var byteCount: Int { representation.plain.count }

  var response: HTTPResponse {
    var response = HTTPResponse(.ok, body: .representation(representation))
    response.headers["Content-Type"] = "\(mediaType); charset=utf-8"
    response.headers["Content-Security-Policy"] = Page.contentSecurityPolicy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    // Kept by browsers and asked for again each time, by its tag: a page and its parts are of one version.
    response.headers["Cache-Control"] = "no-cache"
    return response
  }
}

extension Page {
  static let documents = Page(path: "/docs", mediaType: "text/html", bytes: PackageResources.docs_html)
  static let documentsParts = [
    script("/docs/docs.js", PackageResources.docs_js), style("/docs/docs.css", PackageResources.docs_css),
  ]

  static let console = Page(path: "/console", mediaType: "text/html", bytes: PackageResources.console_html)
  static let consoleParts = [
    style("/console/console.css", PackageResources.console_css),
    script("/console/candles.mjs", PackageResources.candles_mjs),
    script("/console/chart.mjs", PackageResources.chart_mjs),
    script("/console/connection.mjs", PackageResources.connection_mjs),
    script("/console/console.mjs", PackageResources.console_mjs),
    script("/console/digits.mjs", PackageResources.digits_mjs),
    script("/console/elements.mjs", PackageResources.elements_mjs),
    script("/console/feeds.mjs", PackageResources.feeds_mjs),
    script("/console/gaps.mjs", PackageResources.gaps_mjs),
    script("/console/gestures.mjs", PackageResources.gestures_mjs),
    script("/console/health.mjs", PackageResources.health_mjs),
    script("/console/legend.mjs", PackageResources.legend_mjs),
    script("/console/market.mjs", PackageResources.market_mjs),
    script("/console/resume.mjs", PackageResources.resume_mjs),
    script("/console/stitch.mjs", PackageResources.stitch_mjs),
    script("/console/summary.mjs", PackageResources.summary_mjs),
    script("/console/tape.mjs", PackageResources.tape_mjs),
    script("/console/view.mjs", PackageResources.view_mjs),
  ]

  private static func script(_ path: String, _ bytes: [UInt8]) -> Page {
    Page(path: path, mediaType: "text/javascript", bytes: bytes)
  }

  private static func style(_ path: String, _ bytes: [UInt8]) -> Page {
    Page(path: path, mediaType: "text/css", bytes: bytes)
  }
}
