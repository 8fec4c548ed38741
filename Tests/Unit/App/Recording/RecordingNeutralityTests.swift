import Glibc
import Testing

@testable import App

/// The player knows no exchange: neither a name nor a word of a layout stands in its sources.
@Suite struct RecordingNeutralityTests {
  private func sources() throws -> [String: String] {
    let folder = RecordingFixture.packageDirectory + "/Sources/App/Recording"
    let directory = try #require(opendir(folder))
    defer { closedir(directory) }
    var sources: [String: String] = [:]
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard name.hasSuffix(".swift") else { continue }
      sources[name] = String(decoding: try RecordingFiles(directory: folder).bytes(of: name), as: UTF8.self)
    }
    return sources
  }

  @Test func noExchangeIsNamed() throws {
    let sources = try sources()
    #expect(sources.count > 10)
    for (name, text) in sources {
      for word in ["binance", "bybit", "hyperliquid", "okx", "gate.io", "coindcx", "usdt", "fapi", "mbx"] {
        #expect(!text.lowercased().contains(word), "\(name) says \(word)")
      }
    }
  }

  @Test func noWordOfALayoutIsSpelled() throws {
    for (name, text) in try sources() {
      for word in [
        "kline", "aggTrade", "forceOrder", "SUBSCRIBE", "subscriptionResponse", "retCode", "instId", "\"e\"",
      ] {
        #expect(!text.contains(word), "\(name) says \(word)")
      }
    }
  }
}
