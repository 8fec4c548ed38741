import Contract
import Model
import Sessions
import Support
import Telemetry
import Testing

@testable import App

@Suite(.timeLimit(.minutes(1))) struct StateStoreTests {
  private static let toy = ExchangeID("toy")
  private let folder = TemporaryFolder()
  private let clock = ManualClock()
  private let lines = LoggedLines()

  private func store(_ folder: String?, isReadOnly: Bool = false) -> StateStore {
    StateStore(
      folder: folder, isReadOnly: isReadOnly, exchanges: [Self.toy, ExchangeID("other")], clock: clock,
      metrics: MetricsRegistry(),
      logger: Logger(label: "state", level: .info, format: .text, sink: lines))
  }

  private func fill(_ store: StateStore) -> Ban {
    let now = clock.wallClock
    let ban = Ban(since: now, until: now.advanced(byMilliseconds: 60_000), reason: "HTTP 418")
    store.bans.keep(ban, of: Self.toy)
    [UInt8(ascii: "{")].withUnsafeBytes {
      store.quarantine(of: Self.toy)?.keep(
        $0, FrameError(offset: 1, reason: "cut off"), endpoint: ToyExchange.endpoint, receiveTime: now)
    }
    return ban
  }

  @Test func whatOneRunKeepsTheNextOneKnows() {
    let first = store(folder.path)
    let ban = fill(first)
    first.stop()
    #expect(folder.names() == ["bans.json", "quarantine-toy.json"])
    let second = store(folder.path)
    #expect(second.bans.ban(of: Self.toy) == ban)
    #expect(second.quarantine(of: Self.toy)?.frames.map(\.text) == ["{"])
    #expect(second.quarantine(of: Self.toy)?.frames == first.quarantine(of: Self.toy)?.frames)
    #expect(second.quarantine(of: ExchangeID("other"))?.frames.isEmpty == true)
    #expect(second.quarantine(of: ExchangeID("nowhere")) == nil)
    second.stop()
    #expect(lines.all.isEmpty)
  }

  @Test func whoOnlyReadsKnowsAndLeavesTheFolderAsItIs() {
    let first = store(folder.path)
    let ban = fill(first)
    first.stop()
    let before = folder.bytes("bans.json")
    let reader = store(folder.path, isReadOnly: true)
    #expect(reader.bans.ban(of: Self.toy) == ban)
    let later = Ban(since: ban.since, until: ban.until.advanced(byMilliseconds: 60_000), reason: "HTTP 429")
    reader.bans.keep(later, of: Self.toy)
    #expect(reader.bans.ban(of: Self.toy) == later)
    reader.stop()
    #expect(folder.bytes("bans.json") == before)
  }

  @Test func withoutAFolderItIsKeptInMemoryOnly() {
    let store = store(nil)
    let ban = fill(store)
    #expect(store.bans.ban(of: Self.toy) == ban && store.quarantine(of: Self.toy)?.frames.count == 1)
    store.stop()
    #expect(folder.names().isEmpty)
  }

  @Test func aFileThatCannotBeReadIsOneLineAndTheOthersAreRead() throws {
    let first = store(folder.path)
    _ = fill(first)
    first.stop()
    for text in ["nonsense", #"{"format":2}"#] {
      try StateFile(folder: folder.path, name: "bans.json").replace(with: Array(text.utf8))
      let before = lines.all.count
      let second = store(folder.path)
      #expect(second.bans.ban(of: Self.toy) == nil)
      #expect(second.quarantine(of: Self.toy)?.frames.count == 1)
      second.stop()
      let news = lines.all.dropFirst(before)
      #expect(news.count == 1)
      #expect(news.first?.contains("ERROR state: a file of the state is ignored file=bans.json cause=") == true)
    }
  }

  @Test func aStateThatCannotBeWrittenIsStillThereUntilTheEnd() throws {
    try StateFile(folder: folder.path, name: "file").replace(with: [])
    let store = store("\(folder.path)/file/below")
    let ban = fill(store)
    #expect(store.bans.ban(of: Self.toy) == ban)
    store.stop()
    #expect(store.quarantine(of: Self.toy)?.frames.count == 1)
  }
}
