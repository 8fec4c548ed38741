/// How an exchange lays out one kind of frame, to the byte: its text, with the fields in angle brackets.
///
/// ```
/// {"topic":"publicTrade.<symbol>","type":"snapshot","ts":<stamp>,"data":[<each>{"T":<time>,"S":"<aggressor:Buy|Sell>",…}<more>]}
/// ```
///
/// Frames that are laid out so are read by it, several times as quickly as by their names; all others, as those with a
/// member more, with spaces or in another order, by the exchange's decoder. Both must mean the same: the decoder is the
/// reference, and every member of a layout is one it knows.
public struct FrameLayout: Sendable {
  /// What a frame tells.
  enum Event: Sendable, Equatable {
    case trade, candle, liquidation
    /// A candle of an answer, that names no instrument: see `CandleLayouts`.
    case row
  }

  let event: Event
  let template: String

  /// Frames of trades: `<symbol>`, `<id>` or `<textID>`, `<price>`, `<quantity>` or `<contracts>`, `<aggressor:…>` with the
  /// word for a buyer first, `<time>`.
  public static func trades(_ template: String) -> FrameLayout { FrameLayout(event: .trade, template: template) }

  /// Frames of candles: `<symbol>`, `<interval>`, `<time>` of the opening, `<open>`, `<high>`, `<low>`, `<close>`, `<baseVolume>`; and
  /// where there are, `<quoteVolume>`, `<tradesCount>`, `<isClosed:…>` with the word for yes first.
  public static func candles(_ template: String) -> FrameLayout { FrameLayout(event: .candle, template: template) }

  /// Frames of liquidations: `<symbol>`, `<liquidated:…>` with the word for a long position first, `<price>`, `<quantity>` or
  /// `<contracts>`, `<time>`. One whose price or quantity is zero is left to the decoder.
  public static func liquidations(_ template: String) -> FrameLayout {
    FrameLayout(event: .liquidation, template: template)
  }
}

/// What stands between two runs of text. Names as in a template.
enum LayoutField: UInt8, Sendable {
  /// Nothing: one run follows another.
  case none
  /// Passed over: plain text, a whole number, thirteen digits, one of two words.
  case text, number, stamp, flag
  /// Passed over, but read: a text that must be a decimal, as the decoder insists on it.
  case decimal
  case symbol, interval, time, lastTime, id, textID, tradesCount
  case aggressor, liquidated, isClosed
  case price, quantity, contracts, open, high, low, close, baseVolume, quoteVolume
  /// The elements of an array begin; here one ends, and a comma or the bracket follows; the frame ends.
  case each, more, end

  /// The field of a name in a template.
  init?(_ name: Substring) {
    guard let field = LayoutField.named[String(name)] else { return nil }
    self = field
  }

  private static let named: [String: LayoutField] = {
    let fields: [LayoutField] = [
      .text, .number, .stamp, .flag, .decimal, .symbol, .interval, .time, .lastTime, .id, .textID,
      .tradesCount, .aggressor, .liquidated, .isClosed, .price, .quantity, .contracts, .open, .high, .low, .close,
      .baseVolume, .quoteVolume,
      .each, .more,
    ]
    return Dictionary(uniqueKeysWithValues: fields.map { ("\($0)", $0) })
  }()
}
