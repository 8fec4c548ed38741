import Testing
import Wire

@testable import App

/// The bundled recording's layouts against payloads that the exchange sent: same members in the same order, same kinds.
///
/// Each example is one body or frame of the recorded payloads that `Recordings/MANIFEST.md` names.
@Suite struct RecordedLayoutsTests {
  private func shape(_ value: JSONValue) -> String {
    switch value {
    case .object(let members): "{" + members.map { "\($0.key):\(shape($0.value))" }.joined(separator: ",") + "}"
    case .array(let elements): "[" + elements.map(shape).joined(separator: ",") + "]"
    case .string(let text):
      text.utf8.allSatisfy { $0 == 0x2E || $0 == 0x2D || (0x30...0x39).contains($0) } ? "digits" : "text"
    case .number: "number"
    case .bool: "bool"
    case .null: "null"
    }
  }

  private func answer(_ path: String, _ query: [String: String]) throws -> JSONValue {
    let recording = try RecordingFixture.bundled.get()
    let reply = recording.answer("GET", path, query: { query[$0] }, body: [], now: RecordingFixture.now)
    #expect(reply.status == 200)
    return try JSONValue(parsing: reply.body)
  }

  private func frame(_ topic: String) throws -> JSONValue {
    let topic = try #require(try RecordingFixture.bundled.get().sockets.topics[topic])
    let frame = try #require(
      topic.frames(after: RecordingFixture.now, through: RecordingFixture.now + 343_000).first)
    return try JSONValue(parsing: frame.bytes)
  }

  @Test(arguments: [
    (
      "btcusdt@kline_1m",
      #"{"e":"kline","E":1791283227688,"s":"BTCUSDT","k":{"t":1791283200000,"T":1791283259999,"s":"BTCUSDT","i":"1m","f":8149533620,"L":8149533714,"o":"85999.90","c":"86000.00","h":"86000.10","l":"85999.80","v":"5.427","n":92,"x":true,"q":"466721.74700","V":"2.897","Q":"249142.00000","B":"1"}}"#
    ),
    (
      "btcusdt@aggTrade",
      #"{"e":"aggTrade","E":1791283227690,"a":3476465318,"s":"BTCUSDT","p":"86000.00","q":"4.577","nq":"4.571","f":8149533714,"l":8149533773,"T":1791283227688,"m":true,"st":1}"#
    ),
    (
      "btcusdt@forceOrder",
      #"{"e":"forceOrder","E":1791285206184,"o":{"s":"BTCUSDT","S":"SELL","o":"LIMIT","f":"IOC","q":"0.042","p":"85910.10","ap":"86012.30","X":"FILLED","l":"0.012","z":"0.042","T":1791285205175,"ps":"BTCUSDT","st":1}}"#
    ),
    (
      "btcusdt@markPrice@1s",
      #"{"e":"markPriceUpdate","E":1791283239000,"s":"BTCUSDT","p":"86026.40000000","i":"86059.26913043","P":"86090.55903865","r":"-0.00003629","ap":"86026.30000000","T":1791302400000,"st":1}"#
    ),
  ])
  func framesHaveTheShapeOfRecordedOnes(topic: String, example: String) throws {
    #expect(shape(try frame(topic)) == shape(try JSONValue(parsing: example)))
  }

  @Test(arguments: [
    (
      "/fapi/v1/klines", "interval=1h&limit=1",
      #"[[1786816800000,"63043.40","63083.00","63011.60","63026.30","1116.068",1786820399999,"70342488.01700",16911,"460.737","29038581.72240","0"]]"#
    ),
    (
      "/fapi/v1/fundingRate", "limit=1",
      #"[{"symbol":"BTCUSDT","fundingTime":1786780800002,"fundingRate":"0.00006523","markPrice":"63050.01692754","rateType":"Regular"}]"#
    ),
    (
      "/futures/data/openInterestHist", "period=1h&limit=1",
      #"[{"symbol":"BTCUSDT","sumOpenInterest":"111856.66400000","sumOpenInterestValue":"7051831069.12087200","CMCCirculatingSupply":"20070287.00000000","timestamp":1786816800000}]"#
    ),
    ("/fapi/v1/openInterest", "", #"{"openInterest":"83782.317","symbol":"BTCUSDT","time":1702244985273}"#),
    (
      "/fapi/v1/premiumIndex", "",
      #"{"symbol":"BTCUSDT","markPrice":"11793.63104562","indexPrice":"11781.80495970","estimatedSettlePrice":"11781.16138815","lastFundingRate":"0.00038246","interestRate":"0.00010000","nextFundingTime":1597392000000,"time":1597370495002}"#
    ),
    (
      "/fapi/v1/ticker/24hr", "",
      #"{"symbol":"BTCUSDT","priceChange":"-94.99999800","priceChangePercent":"-95.960","weightedAvgPrice":"0.29628482","lastPrice":"4.00000200","lastQty":"200.00000000","openPrice":"99.00000000","highPrice":"100.00000000","lowPrice":"0.10000000","volume":"8913.30000000","quoteVolume":"15.30000000","openTime":1499783499040,"closeTime":1499869899040,"firstId":28385,"lastId":28460,"count":76}"#
    ),
    ("/fapi/v1/ticker/price", "", #"{"symbol":"BTCUSDT","price":"6000.01","time":1589437530011}"#),
    ("/fapi/v1/time", "", #"{"serverTime":1499827319559}"#),
  ])
  func bodiesHaveTheShapeOfRecordedOnes(path: String, parameters: String, example: String) throws {
    var query = ["symbol": "BTCUSDT"]
    for item in parameters.split(separator: "&") {
      let pair = item.split(separator: "=")
      query[String(pair[0])] = String(pair[1])
    }
    #expect(shape(try answer(path, query)) == shape(try JSONValue(parsing: example)))
  }

  @Test func theListOfSymbolsHasTheMembersOfARecordedOne() throws {
    let info = try answer("/fapi/v1/exchangeInfo", [:])
    // The first members of the recorded body of 2021, and those a client reads of its symbols.
    #expect(info.members?.map(\.key).prefix(3) == ["timezone", "serverTime", "futuresType"])
    let symbols = try #require(info["symbols"]?.array)
    #expect(
      symbols.compactMap { $0["symbol"]?.string } == [
        "BTCUSDT", "LTCUSDT", "SUSHIUSDT", "CTKUSDT", "AKROUSDT", "KEEPUSDT",
      ])
    #expect(symbols[0]["contractType"]?.string == "PERPETUAL")
    #expect(symbols[0]["status"]?.string == "TRADING")
    #expect(symbols[0]["baseAsset"]?.string == "BTC")
    #expect(symbols[0]["quoteAsset"]?.string == "USDT")
    #expect(symbols[0]["onboardDate"]?.integer == 1_704_067_200_000)
    #expect(symbols[0]["filters"]?[0]?["tickSize"]?.string == "0.10")
    #expect(symbols[2]["filters"]?[1]?["stepSize"]?.string == "1")
  }

  @Test func seriesStandAsPythonReadsThem() throws {
    for value in try #require(try RecordingFixture.expected()["series"]?.array) {
      let query = ["symbol": try #require(value["symbol"]?.string)]
      let interest = try answer("/fapi/v1/openInterest", query)
      #expect(interest["openInterest"] == value["openInterest"])
      let history = try answer(
        "/futures/data/openInterestHist", query.merging(["period": "5m", "limit": "1"]) { _, new in new })
      #expect(history[0]?["timestamp"]?.integer == RecordingFixture.now / 300_000 * 300_000)
      let premium = try answer("/fapi/v1/premiumIndex", query)
      #expect(premium["lastFundingRate"] == value["nextFundingRate"])
      #expect(premium["nextFundingTime"] == value["nextFundingTime"])
      #expect(premium["markPrice"] == value["markPrice"])
      let paid = try answer("/fapi/v1/fundingRate", query.merging(["limit": "1"]) { _, new in new })
      #expect(paid[0]?["fundingTime"] == value["fundingTime"])
      #expect(paid[0]?["fundingRate"] == value["fundingRate"])
    }
  }
}
