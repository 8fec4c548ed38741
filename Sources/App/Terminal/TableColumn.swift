/// A column of a table: which member of an object it shows, and how.
struct TableColumn: Equatable {
  /// The public name of the member.
  let key: String
  let title: String
  let alignment: ColumnExtent.Alignment
  /// The column of the least importance goes first where there is no room for all.
  let importance: Int
  /// Of what tells the rows apart.
  static let identifying = 110

  /// Public names that have a title or an importance of their own. What is missing has its name as title, and goes first.
  private static let known: [String: (title: String, importance: Int)] = [
    "timestamp": ("time UTC", 100), "received_at": ("time UTC", 100),
    "price": ("price", 99), "close": ("close", 98), "funding_rate": ("rate", 98),
    "open_interest": ("open interest", 98),
    "z_oi": ("z_oi", 97), "z_vol": ("z_vol", 96),
    "symbol": ("symbol", 97), "exchange": ("exchange", 80), "side": ("side", 96), "quantity": ("quantity", 95),
    "open": ("open", 95), "high": ("high", 94), "low": ("low", 93), "value": ("value", 92),
    "open_interest_value": ("value", 92), "funding_time": ("settles UTC", 91), "volume": ("volume", 90),
    "is_closed": ("closed", 85), "timeframe": ("bar", 90), "confirmed": ("confirmed", 85), "interval": ("interval", 70),
    "interval_hours": ("hours", 75), "quote_volume": ("quote volume", 60), "trades_count": ("trades", 55),
    "status": ("status", 79), "base": ("base", 40), "quote": ("quote", 78), "kind": ("kind", 45),
    "tick_size": ("tick", 77), "step_size": ("step", 76), "contract_size": ("contract", 74),
    "funding_interval_hours": ("funding h", 60), "lastPrice": ("lastPrice", 90), "markPrice": ("markPrice", 90),
    "healthy": ("healthy", 90),
  ]

  /// The column of a member that holds numbers or words; of an importance where its name does not say it.
  init(_ key: String, holdsNumbers: Bool, importance: Int? = nil) {
    let entry = TableColumn.known[key]
    self.key = key
    title = entry?.title ?? TextWidth.cut(TextWidth.printable(key), to: TextTable.maxTextCells)
    alignment = holdsNumbers ? .point : .left
    self.importance = importance ?? entry?.importance ?? 0
  }
}
