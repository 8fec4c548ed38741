import Contract
import Exchanges
import Model

/// Frames close to those that are laid out as usual: the first byte chooses one, and of each two bytes that follow the one
/// says where, the other what is put there. Bytes at random seldom come so far.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzLayouts(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = UnsafeBufferPointer(start: start, count: count)
  guard let first = input.first else { return 0 }
  let (frame, laws) = subjects[Int(first) % subjects.count]
  var bytes = Array(frame.utf8)
  for index in stride(from: 1, to: input.count - 1, by: 2) where !bytes.isEmpty {
    // A place of the first 512 takes more than a byte holds: each is two apart, and the parity of the change moves it on.
    let place = (Int(input[index]) * 2 + Int(input[index + 1] & 1)) % bytes.count
    switch input[index + 1] {
    case 0: bytes.remove(at: place)
    case 1: bytes.insert(UInt8(ascii: "0"), at: place)
    case 2: bytes.insert(UInt8(ascii: " "), at: place)
    case 3: bytes.removeSubrange(place...)
    case let byte: bytes[place] = byte
    }
  }
  // Memory of exactly that size, so that a byte read beyond it is seen.
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
  defer { memory.deallocate() }
  memory.copyBytes(from: bytes)
  laws.checkLayouts(UnsafeRawBufferPointer(memory))
  return 0
}

private let subjects: [(frame: String, laws: ExchangeLaws)] = [
  (
    #"{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1791283227690,"a":3476465318,"s":"BTCUSDT","p":"86000.00","q":"4.577","nq":"4.571","f":8149533714,"l":8149533773,"T":1791283227688,"m":true,"st":1}}"#,
    laws(Binance())
  ),
  (
    #"{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1791283227688,"s":"BTCUSDT","k":{"t":1791283200000,"T":1791283259999,"s":"BTCUSDT","i":"1m","f":8149533620,"L":8149533714,"o":"85999.90","c":"86000.00","h":"86000.10","l":"85999.80","v":"5.427","n":92,"x":false,"q":"466721.74700","V":"2.897","Q":"249142.00000","B":"0"}}}"#,
    laws(Binance())
  ),
  (
    #"{"stream":"!forceOrder@arr","data":{"e":"forceOrder","E":1791091175227,"o":{"s":"BTCUSDT","S":"BUY","o":"LIMIT","f":"IOC","q":"127.2","p":"1.4984","ap":"1.4912","X":"FILLED","l":"108.1","z":"127.2","T":1791091174219,"ps":"BTCUSDT","st":1}}}"#,
    laws(Binance())
  ),
  (
    #"{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1672304486868,"data":[{"T":1672304486865,"s":"BTCUSDT","S":"Buy","v":"0.001","p":"16578.50","L":"PlusTick","i":"20f43950-d8dd-5b31-9112-a178eb6023af","BT":false,"seq":1783284617},{"T":1672304486865,"s":"BTCUSDT","S":"Sell","v":"0.1","p":"16578","L":"PlusTick","i":"x","BT":true,"seq":0}]}"#,
    laws(Bybit())
  ),
  (
    #"{"topic":"kline.5.BTCUSDT","data":[{"start":1672324800000,"end":1672325099999,"interval":"5","open":"16649.5","close":"16677","high":"16677","low":"16608","volume":"2.081","turnover":"34666.4005","confirm":false,"timestamp":1672324988882}],"ts":1672324988882,"type":"snapshot"}"#,
    laws(Bybit())
  ),
  (
    #"{"topic":"allLiquidation.BTCUSDT","type":"snapshot","ts":1739502303204,"data":[{"T":1739502302929,"s":"BTCUSDT","S":"Sell","v":"20000","p":"0.04499"}]}"#,
    laws(Bybit())
  ),
  (
    #"{"channel":"trades","data":[{"coin":"BTC","side":"A","px":"104320.0","sz":"0.01500","time":1769916002000,"hash":"0x06b2b7c3b4b8fd32082c04240b9d0d02","tid":118906512037719,"users":["0x31ca","0x0104"]},{"coin":"BTC","side":"B","px":"104320","sz":"1","time":1769916002000,"hash":"0x","tid":1,"users":["",""]}]}"#,
    laws(Hyperliquid())
  ),
  (
    #"{"channel":"candle","data":{"t":1681923600000,"T":1681924499999,"s":"BTC","i":"15m","o":"1771.8","c":"1771.4","h":"1772.1","l":"1770.5","v":"23.3414","n":28}}"#,
    laws(Hyperliquid())
  ),
  (
    #"{"arg":{"channel":"trades","instId":"BTC"},"data":[{"instId":"BTC","tradeId":"130639474","px":"42219.9","sz":"0.12060306","side":"buy","ts":"1630048897897","count":"3"}]}"#,
    laws(Okx())
  ),
  (
    #"{"arg":{"channel":"candle1Dutc","instId":"BTC"},"data":[["1597026383085","8533.02","8553.74","8527.17","8548.26","45247","529.5858061","5529.5858061","1"]]}"#,
    laws(Okx())
  ),
  (
    #"{"arg":{"channel":"liquidation-orders","instType":"SWAP"},"data":[{"details":[{"bkLoss":"0","bkPx":"82655.7","ccy":"","posSide":"long","side":"sell","sz":"8.55","ts":"1791565600771"}],"instFamily":"BTC-USDT","instId":"BTC","instType":"SWAP","uly":"BTC-USDT"}]}"#,
    laws(Okx())
  ),
]

private func laws(_ exchange: any ExchangeInterface) -> ExchangeLaws {
  ExchangeLaws(
    exchange,
    instrument: Instrument(
      exchange: exchange.id, symbol: exchange.declaration.namesCoins || exchange is Okx ? "BTC" : "BTCUSDT",
      base: "BTC",
      quote: "USDT", kind: .perpetual, status: .trading, tickSize: nil, stepSize: nil,
      contractSize: FixedDecimal("0.01") ?? .zero, fundingIntervalHours: 8))
}
