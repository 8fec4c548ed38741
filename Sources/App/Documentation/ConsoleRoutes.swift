internal import PublicJSON
internal import Wire

/// The console: the market as it happens, for people. It asks the other routes as any client does.
enum ConsoleRoutes {
  static func mount(on table: inout RouteTable) {
    table.add(
      RouteDescription(
        Page.console.path, "the market as it happens, to look at: candles, liquidations, large trades, spikes, health",
        answer: .other(Page.console.mediaType))
    ) { _ in .now(Page.console.response) }
    for part in Page.consoleParts {
      table.addPart(part.path) { _ in .now(part.response) }
    }
  }
}
