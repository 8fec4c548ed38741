import Contract
import Model
import Net
import Sessions
import Testing

@testable import App

@Suite struct BanStoreTests {
  private static let start = Timestamp(microseconds: 1_800_000_000_000_000)
  private static let toy = ExchangeID("toy")

  private func ban(_ milliseconds: Int64) -> Ban {
    Ban(since: Self.start, until: Self.start.advanced(byMilliseconds: milliseconds), reason: "said \"418\"")
  }

  private func failure(_ text: String) -> String? {
    do throws(FileError) {
      _ = try BanStore.read(Array(text.utf8))
      return nil
    } catch {
      return error.description
    }
  }

  @Test func theFileHoldsTheBansThatAreInForce() {
    let changes = Lock(0)
    let store = BanStore { changes.withLock { $0 += 1 } }
    store.keep(ban(120_000), of: ExchangeID("zoo"))
    store.keep(ban(60_000), of: Self.toy)
    store.keep(ban(1), of: ExchangeID("other"))
    #expect(changes.withLock { $0 } == 3)
    #expect(store.ban(of: Self.toy) == ban(60_000) && store.ban(of: ExchangeID("none")) == nil)
    #expect(
      String(decoding: store.bytes(now: Self.start.advanced(byMilliseconds: 2)), as: UTF8.self)
        == #"{"format":1,"bans":[{"exchange":"toy","since":1800000000000,"until":1800000060000,"reason":"said \"418\""},"#
        + #"{"exchange":"zoo","since":1800000000000,"until":1800000120000,"reason":"said \"418\""}]}"#)
  }

  @Test func whatWasWrittenIsReadAgain() throws {
    let store = BanStore([Self.toy: ban(60_000)])
    #expect(try BanStore.read(store.bytes(now: Self.start)) == [Self.toy: ban(60_000)])
    #expect(try BanStore.read(BanStore().bytes(now: Self.start)).isEmpty)
    #expect(try BanStore.read(Array(#"{"format":1,"novel":[]}"#.utf8)).isEmpty)
  }

  @Test func aFileThatIsNoneIsRefusedWithWhatIsWrong() {
    #expect(failure("") == "bans.json: is no JSON at byte 0")
    #expect(failure("{\"format\":1,") == "bans.json: is no JSON at byte 12")
    #expect(failure("[]") == "bans.json: does not name its format")
    #expect(failure(#"{"format":2,"bans":[]}"#) == "bans.json: has format 2, and only 1 is read")
    for row in [
      "{}", #"{"exchange":"toy","since":0,"until":1}"#, #"{"exchange":"toy","since":-1,"until":1,"reason":""}"#,
      #"{"exchange":1,"since":0,"until":1,"reason":""}"#, #"{"exchange":"toy","since":0,"until":1e9,"reason":""}"#,
      "7",
    ] {
      #expect(failure(#"{"format":1,"bans":[\#(row)]}"#) == "bans.json: a ban lacks a part", "\(row)")
    }
  }
}
