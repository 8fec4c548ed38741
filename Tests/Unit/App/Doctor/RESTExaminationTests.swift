import Contract
import Model
import Net
import Sessions
import Support
import Telemetry
import Testing
import Wire

@testable import App

/// The questions to the made-up exchange, over a real socket.
@Suite(.timeLimit(.minutes(1))) struct RESTExaminationTests {
  /// 2023-11-14T22:13:20Z, long before the `Date` of any answer.
  private static let now = Timestamp(microseconds: 1_700_000_000_000_000)

  private struct Bench {
    let upstream: ToyUpstream
    let loop = EventLoop(name: "doctor")
    let exchange: ToyExchange

    init(_ exchange: ToyExchange = ToyExchange()) throws {
      self.exchange = exchange
      upstream = try ToyUpstream()
      upstream.answer("/instruments", body: ToyExchange.instrumentsBody)
      upstream.answer("/candles") { request in
        let interval = Interval(request.query["interval"] ?? "") ?? .oneMinute
        let count = Int(request.query["limit"] ?? "") ?? 0
        let last = interval.openTime(containing: RESTExaminationTests.now)
        let rows = (0..<count).reversed().map { back in
          "[\(interval.openTime(-back, after: last).milliseconds),\"1\",\"1\",\"1\",\"1\",\"1\"]"
        }
        return .response(
          HTTPResponse(.ok, body: .bytes(Array("[\(rows.joined(separator: ","))]".utf8))))
      }
      upstream.answer("/open-interest", body: #"{"time":1700000000000,"quantity":"5"}"#)
      upstream.answer("/funding", body: #"{"time":1700000000000,"rate":"0.0001","next":1700002800000}"#)
      upstream.answer(
        "/funding/history", body: #"[{"time":1699995600000,"rate":"0"},{"time":1699999200000,"rate":"0"}]"#)
    }

    /// The findings, each as `check: result`.
    func examine(symbols: [String] = ["ALPHAUSD"], patience: Int64 = 3000) async -> [String] {
      let clock = ManualClock(wallClock: RESTExaminationTests.now)
      let witness = exchange.declaration.rest.usedWeightHeader.map {
        HeaderWitness($0, address: upstream.httpAddress)
      }
      var options = HTTPClientOptions(proxy: "")
      options.tap = witness
      let http = HTTPClient(loop: loop, options: options)
      let client = ExchangeClient(
        exchange, address: upstream.httpAddress, http: http, clock: clock,
        counters: ClientCounters(MetricsRegistry(), exchange: "toy"))
      let findings = Inbox<DoctorFinding>()
      var examination = RESTExamination(
        exchange, client: client, clock: clock, patience: patience, symbols: symbols, witness: witness
      ) { findings.add($0) }
      if let found = await examination.instruments() { await examination.questions(about: found.instrument) }
      await http.shutdown()
      await upstream.stop()
      loop.shutdown()
      return findings.pending.map { finding in
        switch finding.result {
        case .ok: "\(finding.check): ok"
        case .quiet(let detail): "\(finding.check): quiet, \(detail)"
        case .failed(let detail): "\(finding.check): \(detail)"
        }
      }
    }
  }

  @Test func everyDeclaredQuestionIsAskedAndOkWhenItIsAsDeclared() async throws {
    let bench = try Bench()
    #expect(
      await bench.examine() == [
        "instruments: ok", "candles 1m: ok", "candles 5m: ok", "candles 1h: ok", "candles, a page of 10: ok",
        "open interest: ok", "funding: ok", "funding history: ok",
      ])
    #expect(bench.upstream.targets.contains("/open-interest?symbol=ALPHAUSD"))
  }

  @Test func theFirstSymbolInTradingIsAskedAboutElseAnyInstrument() async throws {
    for (symbols, asked) in [(["NOPE", "betausd"], "BETAUSD"), (["NOPE"], "ALPHAUSD")] {
      let bench = try Bench()
      _ = await bench.examine(symbols: symbols)
      #expect(bench.upstream.targets.contains("/open-interest?symbol=\(asked)"))
    }
  }

  @Test func withoutAListNothingElseIsAsked() async throws {
    let bench = try Bench()
    bench.upstream.answer("/instruments", status: .forbidden, body: "{}")
    #expect(await bench.examine() == ["instruments: blocked: the exchange refuses this address (HTTP 403)"])
  }

  @Test func aPathThatIsGoneAPageForPeopleAndSilenceAreNamed() async throws {
    let bench = try Bench()
    let gate = Inbox<Void>()
    bench.upstream.answer("/open-interest", status: HTTPStatus(410), body: "{}")
    bench.upstream.answer("/funding/history", body: "<html>wait</html>")
    bench.upstream.answer("/funding") { _ in
      .later {
        try? await gate.next(); return HTTPResponse(.ok)
      }
    }
    let findings = await bench.examine(patience: 1000)
    gate.add(())
    #expect(
      findings.suffix(3) == [
        "open interest: rejected: the exchange refused the request (HTTP 410)",
        "funding: timeout: the exchange did not answer in time", "funding history: malformed: the answer is no JSON",
      ])
  }

  @Test func aPageThatIsShorterThanDeclaredIsNamed() async throws {
    var exchange = ToyExchange()
    exchange.declaration.rest.candlesPerPage = 20
    let bench = try Bench(exchange)
    bench.upstream.answer("/candles") { request in
      let open: Int64 = 1_699_999_980_000
      let start = request.query["interval"] == "1m" ? open : 1_699_999_200_000
      return .response(
        HTTPResponse(.ok, body: .bytes(Array("[[\(start),\"1\",\"1\",\"1\",\"1\",\"1\"]]".utf8))))
    }
    let findings = await bench.examine()
    #expect(findings.contains("candles, a page of 20: a page has 20 rows by the declaration, 1 came"))
    #expect(findings.contains("candles 1m: ok"))
    #expect(findings.contains { $0.hasPrefix("candles 5m: the last row, of 2023-11-14T22:00:00Z, is over") })
  }

  @Test func aDeclaredHeaderIsLookedForAndADeclaredQuestionMustExist() async throws {
    var exchange = ToyExchange()
    exchange.declaration.rest.usedWeightHeader = "x-used"
    exchange.declaration.capabilities.features.insert(.openInterestHistory)
    exchange.declaration.capabilities.openInterestPeriods = [.oneMinute]
    let bench = try Bench(exchange)
    bench.upstream.answer("/instruments", headers: [("X-Used", "3")], body: ToyExchange.instrumentsBody)
    let findings = await bench.examine()
    #expect(findings.contains("open interest history 1m: declared, but there is no question for it"))
    #expect(
      findings.last
        == "header x-used: the reply to /candles?symbol=ALPHAUSD&interval=1m&limit=10 has no x-used with a number")
  }

  @Test func rawAndOwnRoutesAreAskedWithTheirDefaults() async throws {
    var exchange = ToyExchange()
    exchange.declaration.rawRoutes = [
      RawRoute(
        path: "/bars/{symbol}/{interval}", summary: "", upstreamPath: "/raw",
        parameters: [
          .init(name: "symbol", rule: .symbol), .init(name: "interval", rule: .interval),
          .init(name: "limit", rule: .integer(1...9, default: 5)),
          .init(name: "end", rule: .integer(1...9, default: nil)),
        ], weight: { _ in 1 })
    ]
    exchange.declaration.ownRoutes = [
      OwnRoute(path: "/own", summary: "", parameters: []) { _ in
        Inquiry(UpstreamRequest(target: "/own", weight: 1)) { (reply: UpstreamReply) throws(ExchangeError) in reply.body
        }
      }
    ]
    let bench = try Bench(exchange)
    bench.upstream.answer("/raw", body: "[1,")
    bench.upstream.answer("/own", body: "[]")
    let findings = await bench.examine()
    #expect(findings.suffix(2) == ["raw /bars/{symbol}/{interval}: the answer is no JSON", "own /own: ok"])
    #expect(bench.upstream.targets.contains("/raw?symbol=ALPHAUSD&interval=1m&limit=5"))
  }
}
