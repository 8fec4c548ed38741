/// Something that goes wrong at the exchange.
enum ChaosFault: Sendable, Equatable {
  /// Every stream is closed, with a close frame.
  case close
  /// Every stream's connection ends, without one.
  case cut
  /// Every stream's connection is reset: what was under way is lost on both sides.
  case reset
  /// Every stream is announced to end, and does so a while later.
  case announcedClose
  /// Connections stand and nothing is sent, for so many real milliseconds.
  case stall(milliseconds: Int64)
  /// One topic says nothing, for so many real milliseconds.
  case mute(topic: String, milliseconds: Int64)
  /// The next frames are sent twice.
  case duplicates(Int)
  /// The next frames change places with those of their topic after them.
  case reorders(Int)
  /// The next frames of a topic, of candles the next finals, are sent so many real milliseconds later; those after them at their
  /// time.
  case late(topic: String, count: Int, milliseconds: Int64)
  /// It is forgotten who is subscribed to a topic.
  case forget(topic: String)
  /// The connections there are send nothing and answer nothing any more, and stand.
  case freeze
  /// A frame that is no JSON, or no message.
  case garbage(String)
  /// The next REST requests are answered with a status.
  case status(Int, count: Int)
  /// The next REST request is answered with 429 or 418 and a time to wait.
  case ban(Int)
  /// The next REST requests are answered after so many real milliseconds.
  case slow(milliseconds: Int64, count: Int)
  /// The next streams are refused with a status.
  case refusal(Int, count: Int)
  /// Nothing goes wrong any more but what has begun.
  case calm

  /// One of all kinds, by chance.
  static func any(_ random: inout some RandomNumberGenerator) -> ChaosFault {
    let milliseconds = Int64.random(in: 200...900, using: &random)
    let count = Int.random(in: 1...3, using: &random)
    switch Int.random(in: 0..<16, using: &random) {
    case 0, 1: return .close
    case 2: return .cut
    case 3: return .reset
    case 4, 5: return .announcedClose
    case 6: return .stall(milliseconds: milliseconds)
    case 7: return .mute(topic: "candles(1m):\(ChaosMarket.symbol)", milliseconds: milliseconds * 2)
    case 8: return .mute(topic: "trades:\(ChaosMarket.symbol)", milliseconds: milliseconds)
    case 9: return .duplicates(count * 10)
    case 10: return .reorders(count)
    case 11: return .garbage(["{", "[]x", #"{"trade":{"symbol":7}}"#, "<html>"].randomElement(using: &random) ?? "{")
    case 12: return .status([500, 502, 503].randomElement(using: &random) ?? 500, count: count)
    case 13: return .ban(Bool.random(using: &random) ? 429 : 418)
    case 14: return .slow(milliseconds: milliseconds, count: count)
    default: return .refusal([503, 429, 403].randomElement(using: &random) ?? 503, count: count)
    }
  }
}
