import Testing
import Wire

@Suite struct RouterTests {
  private let router: Router<String> = {
    var router = Router<String>()
    let patterns = [
      "/", "/health", "/{exchange}/ohlc/{symbol}/{interval}", "/multi/ohlc/{symbol}/{interval}",
      "/{exchange}/funding/{symbol}", "/multi/{thing}", "/{exchange}/{thing}", "/hyperliquid/predicted-funding",
      "/ws/{exchange}/{symbol}/ohlc", "/ws/all/liquidations",
    ]
    for pattern in patterns { router.add(.get, pattern, pattern) }
    router.add(.post, "/health", "post health")
    router.add(.delete, "/{exchange}/predicted-funding", "delete funding")
    return router
  }()

  @Test(arguments: [
    ("/", "/"), ("/health", "/health"), ("/binance/ohlc/BTCUSDT/1m", "/{exchange}/ohlc/{symbol}/{interval}"),
    ("/multi/ohlc/BTCUSDT/1m", "/multi/ohlc/{symbol}/{interval}"), ("/multi/x", "/multi/{thing}"),
    ("/hyperliquid/predicted-funding", "/hyperliquid/predicted-funding"),
    ("/okx/predicted-funding", "/{exchange}/{thing}"),
    ("/ws/all/liquidations", "/ws/all/liquidations"), ("/ws/all/BTC/ohlc", "/ws/{exchange}/{symbol}/ohlc"),
  ])
  func aLiteralBeatsAParameter(path: String, pattern: String) {
    #expect(found(.get, path)?.handler == pattern)
  }

  /// The literal `multi` has no `funding`, the literal `hyperliquid` no second segment but one.
  @Test(arguments: [
    ("/multi/funding/BTC", "/{exchange}/funding/{symbol}"), ("/hyperliquid/other", "/{exchange}/{thing}"),
    ("/hyperliquid/ohlc/BTC/1m", "/{exchange}/ohlc/{symbol}/{interval}"), ("/health/x", "/{exchange}/{thing}"),
  ])
  func whereALiteralLeadsNowhereTheParameterIsTried(path: String, pattern: String) {
    #expect(found(.get, path)?.handler == pattern)
  }

  @Test func parametersAreNamedByTheirPattern() throws {
    let parameters = try #require(found(.get, "/bybit/ohlc/BTCUSDT/5")?.parameters)
    #expect(parameters["exchange"] == "bybit")
    #expect(parameters["symbol"] == "BTCUSDT")
    #expect(parameters["interval"] == "5")
    #expect(parameters.count == 3)
    #expect(found(.get, "/multi/5")?.parameters["thing"] == "5")
  }

  @Test func segmentsAreDecodedOnceAndASlashStaysInside() throws {
    let parameters = try #require(found(.get, "/a%20b/%2Fx%2525")?.parameters)
    #expect(parameters["exchange"] == "a b")
    #expect(parameters["thing"] == "/x%25")
    #expect(found(.get, "/a+b/c")?.parameters["exchange"] == "a+b")
  }

  /// RFC 3986 §6.2.2.2: an encoded letter is the letter.
  @Test func literalsAreFoundEncodedToo() {
    #expect(found(.get, "/%68ealt%68")?.handler == "/health")
    #expect(found(.get, "/multi/%6fhlc/B/1m")?.handler == "/multi/ohlc/{symbol}/{interval}")
  }

  @Test(arguments: [
    "/health/", "//health", "/multi//x", "//", "/a/b/", "", "health", "**", "/x", "/a/b/c/d/e", "/HEALTH",
  ])
  func emptySegmentsAndUnknownPathsAreNotFound(path: String) {
    guard case .notFound = router.match(.get, path: path) else {
      Issue.record("\(path) was found")
      return
    }
  }

  @Test(arguments: ["/%", "/health%2", "/nope%zz", "/a/%00", "/%ff/b", "/a/b/c/%C3", "//%"])
  func badPercentEncodingIsMalformedWhereverItStands(path: String) {
    guard case .malformed = router.match(.get, path: path) else {
      Issue.record("\(path) was taken")
      return
    }
  }

  // MARK: methods (RFC 9110 §9, §15.5.6)

  @Test func headIsServedByGet() {
    #expect(found(.head, "/health")?.handler == "/health")
  }

  @Test func aHeadRouteOfItsOwnComesFirst() {
    var router = Router<Int>()
    router.add(.get, "/a", 1)
    router.add(.head, "/a", 2)
    guard case .found(2, _) = router.match(.head, path: "/a") else {
      Issue.record("GET served HEAD")
      return
    }
  }

  @Test func theMethodChoosesAmongTheRoutesOfAPattern() {
    #expect(found(.post, "/health")?.handler == "post health")
  }

  /// The literal pattern is for GET only; the parameter pattern behind it serves DELETE.
  @Test func aPatternThatServesTheMethodIsFoundBehindOneThatDoesNot() {
    #expect(found(.delete, "/hyperliquid/predicted-funding")?.handler == "delete funding")
  }

  @Test(arguments: [
    ("/health", ["GET", "HEAD", "POST"]), ("/", ["GET", "HEAD"]),
    ("/binance/predicted-funding", ["DELETE", "GET", "HEAD"]),
    ("/hyperliquid/predicted-funding", ["DELETE", "GET", "HEAD"]),
  ])
  func aKnownPathNamesTheMethodsOfAllItsPatterns(path: String, methods: [String]) {
    guard case .methodNotAllowed(let allowed) = router.match(.put, path: path) else {
      Issue.record("\(path) serves PUT")
      return
    }
    #expect(allowed.map(\.name) == methods)
  }

  /// RFC 9112 §3.2.4.
  @Test func theAsteriskNamesTheMethodsOfAllRoutes() {
    guard case .methodNotAllowed(let allowed) = router.match(.options, path: "*") else {
      Issue.record("* is a path")
      return
    }
    #expect(allowed.map(\.name) == ["DELETE", "GET", "HEAD", "POST"])
    guard case .notFound = Router<Int>().match(.options, path: "*") else {
      Issue.record("a server without routes can do something")
      return
    }
  }

  @Test func patternsAreListedAsTheyWereAdded() {
    #expect(router.patterns.count == 12)
    #expect(router.patterns.first?.pattern == "/")
    #expect(router.patterns.last?.method == .delete)
    #expect(router.patterns.last?.pattern == "/{exchange}/predicted-funding")
  }

  @Test func anEmptyRouterFindsNothing() {
    guard case .notFound = Router<Int>().match(.get, path: "/") else {
      Issue.record("something was found")
      return
    }
  }

  private func found(_ method: HTTPMethod, _ path: String) -> (handler: String, parameters: RouteParameters)? {
    guard case .found(let handler, let parameters) = router.match(method, path: path) else { return nil }
    return (handler, parameters)
  }
}
