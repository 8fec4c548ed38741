import Contract
import Model
import Net
import Support
import Testing

@testable import App

@Suite struct QuarantineStoreTests {
  private func keep(_ text: String, in store: QuarantineStore, at microseconds: Int64 = 5) {
    Array(text.utf8).withUnsafeBytes {
      store.keep(
        $0, FrameError(offset: 1, reason: "expected a key"), endpoint: ToyExchange.endpoint,
        receiveTime: Timestamp(microseconds: microseconds))
    }
  }

  @Test func theLastHundredAreKept() {
    let changes = Lock(0)
    let store = QuarantineStore { changes.withLock { $0 += 1 } }
    for number in 1...250 { keep("\(number)", in: store) }
    #expect(store.frames.map(\.text) == (151...250).map { "\($0)" })
    #expect(changes.withLock { $0 } == 250)
    let again = QuarantineStore(store.frames + store.frames)
    #expect(again.frames == store.frames)
  }

  @Test func asManyAreKeptAsIsWanted() {
    let store = QuarantineStore([], limit: 2)
    for number in 1...5 { keep("\(number)", in: store) }
    #expect(store.frames.map(\.text) == ["4", "5"])
    let none = QuarantineStore(store.frames, limit: 0)
    keep("6", in: none)
    #expect(none.frames.isEmpty)
  }

  @Test func theFileIsReadAgain() throws {
    let store = QuarantineStore()
    #expect(String(decoding: store.bytes, as: UTF8.self) == #"{"format":1,"frames":[]}"#)
    keep("{", in: store)
    #expect(
      String(decoding: store.bytes, as: UTF8.self)
        == #"{"format":1,"frames":[{"received_us":5,"endpoint":"stream","reason":"expected a key","offset":1,"length":1,"start":0,"encoding":"text","frame":"{"}]}"#
    )
    keep("[\"é", in: store, at: 6)
    #expect(try QuarantineStore.read(store.bytes, file: "q") == store.frames)
  }

  @Test func theLongestFileThereCanBeIsRead() throws {
    let store = QuarantineStore()
    // Each of these bytes takes six when it is escaped.
    let worst = String(repeating: "\u{1}", count: QuarantinedFrame.maxBytes)
    keep(worst, in: store, at: .max)
    let (bytes, share) = (store.bytes, QuarantineStore.maxFileBytes / QuarantineStore.maxFrames)
    #expect(bytes.count <= share && bytes.count > share / 10 * 9)
    #expect(try QuarantineStore.read(bytes, file: "q") == store.frames)
  }

  @Test func aFileThatIsNoneIsRefused() {
    for text in [
      "", "{}", #"{"format":9,"frames":[]}"#, #"{"format":1,"frames":[{}]}"#,
      #"{"format":1,"frames":[{"received_us":1}]}"#,
    ] {
      #expect(throws: FileError.self) { _ = try QuarantineStore.read(Array(text.utf8), file: "q") }
    }
  }

  @Test func eachExchangeHasItsFile() {
    #expect(QuarantineStore.file(of: ExchangeID("Toy")) == "quarantine-toy.json")
  }
}
