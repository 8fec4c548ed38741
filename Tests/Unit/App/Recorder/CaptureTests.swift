import Contract
import Net
import Support
import Testing
import Wire

@testable import App

/// A recording of the made-up exchange, over real sockets.
@Suite(.timeLimit(.minutes(1))) struct CaptureTests {
  private struct Bench {
    let place = TemporaryFolder()
    let loop = EventLoop(name: "test")
    let upstream: ToyUpstream
    let capture: Capture

    init(_ wish: Capture.Wish, answer: Bool = true, settings: [String: String] = [:]) throws {
      upstream = try ToyUpstream()
      if answer { upstream.answer("/instruments", body: ToyExchange.instrumentsBody) }
      upstream.answer("/candles", body: ToyGateway.candleRow)
      upstream.answer("/funding", body: #"{"time":0,"rate":"0.0001","next":3600000}"#)
      let values = settings.merging(["EXCHANGES": "toy", "LOG_LEVEL": "ERROR"]) { own, _ in own }
      let configuration = Configuration(values: values).withAddresses(
        of: ToyExchange().id, http: upstream.httpAddress, webSocket: upstream.webSocketAddress)
      var tuning = Tuning()
      tuning.proxy = ""
      capture = try Capture(
        place.path + "/r", wish, configuration: configuration, exchanges: [ToyExchange()], tuning: tuning)
    }

    func stop() async {
      await upstream.stop()
      loop.shutdown()
    }
  }

  @Test func whatTheExchangeSendsIsInItsFilesUntilTheStop() async throws {
    let bench = try Bench(Capture.Wish(symbols: ["ALPHAUSD", "alphausd", "NOPE"], channels: [.trades]))
    async let running = bench.capture.run()
    #expect(try await bench.upstream.nextText() == #"{"op":"open","topics":["trades:ALPHAUSD"],"number":1}"#)
    let frames = [ToyFrames.taken(1), ToyFrames.trade(id: 1), "{ no JSON \u{7f} é", ToyFrames.pong]
    for frame in frames { bench.upstream.send(frame) }
    // All of the past has been asked for, and the frames are there once the last of them is handed to the system.
    let file = "r/toy/stream-1-1.jsonl"
    let past = ["/instruments", "/candles?symbol=ALPHAUSD&interval=1m&limit=10", "/funding?symbol=ALPHAUSD"]
    let isThere = await bench.loop.eventually {
      let index = bench.place.bytes("r/index.jsonl") ?? []
      return past.allSatisfy { index.holds(#""target":"\#($0)""#) } && bench.place.lines(file).count >= 2 + frames.count
    }
    #expect(isThere)
    bench.capture.stop()
    bench.capture.stop()
    let summary = await running
    #expect(summary.end == .asked)
    #expect(summary.totals.frames == Int64(frames.count))
    let texts = try bench.place.lines(file).compactMap { line -> String? in
      let value = try Array(line.utf8).withUnsafeBytes { try JSONValue(parsing: $0) }
      return value["event"]?.string == "in" ? value["text"]?.string : nil
    }
    #expect(texts == frames)
    #expect(bench.place.bytes("r/toy/reply-1.body") == Array(ToyExchange.instrumentsBody.utf8))
    let index = bench.place.lines("r/index.jsonl")
    for target in past {
      #expect(index.count { $0.contains(#""target":"\#(target)""#) } == 1)
    }
    #expect(index.last?.contains("asked to stop") == true)
    await bench.stop()
  }

  @Test func itEndsWhenItsTimeIsOver() async throws {
    let bench = try Bench(Capture.Wish(symbols: ["ALPHAUSD"], milliseconds: 1000))
    let summary = await bench.capture.run()
    #expect(summary.end == .time)
    #expect(summary.totals.replies > 0)
    await bench.stop()
  }

  @Test func itEndsWhenItHoldsEnough() async throws {
    var wish = Capture.Wish(symbols: ["ALPHAUSD"])
    wish.limits.totalBytes = 1
    let bench = try Bench(wish)
    let summary = await bench.capture.run()
    #expect(summary.end == .full)
    #expect(bench.place.lines("r/index.jsonl").count == 3)
    await bench.stop()
  }

  @Test func symbolsThatNobodyListsEndIt() async throws {
    let bench = try Bench(Capture.Wish(symbols: ["NOPE"]))
    #expect(await bench.capture.run().end == .nothing)
    await bench.stop()
  }

  @Test func anExchangeThatDoesNotAnswerIsAskedAgainUntilTheStop() async throws {
    let bench = try Bench(Capture.Wish(symbols: ["ALPHAUSD"]), answer: false)
    async let running = bench.capture.run()
    #expect(await bench.loop.eventually { bench.upstream.targets.count { $0 == "/instruments" } >= 2 })
    bench.capture.stop()
    #expect(await running.end == .asked)
    await bench.stop()
  }
}
