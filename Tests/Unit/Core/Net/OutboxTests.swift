import Glibc
import Testing
import Wire

@testable import Net

@Suite struct OutboxTests {
  @Test func givesBytesInTheOrderTheyCame() {
    let outbox = Queue(limitBytes: 100)
    for text in ["one", "", "two", "three"] { #expect(outbox.append(text)) }
    #expect(outbox.waiting == "onetwothree")
    #expect(outbox.queuedBytes == 11)
    #expect(outbox.count == 3)
  }

  @Test func countsTheMessagesOfWhatHasLeftWhole() {
    var outbox = Outbox(limitBytes: 100)
    _ = outbox.append(OutboxEntry(SharedBytes([1, 2, 3, 4]), frames: 3))
    _ = outbox.append(OutboxEntry(SharedBytes([5])))
    #expect(outbox.consume(3) == Outbox.Progress(bytes: 3, entries: 0, frames: 0))
    #expect(outbox.consume(2) == Outbox.Progress(bytes: 2, entries: 2, frames: 4))
    #expect(outbox.consume(1) == Outbox.Progress(bytes: 0, entries: 0, frames: 0))
  }

  @Test func goesOnAtEveryPointAWriteMayStop() {
    let whole = "alphabetagamma"
    for split in 0...whole.utf8.count {
      let outbox = Queue(limitBytes: 100)
      for text in ["alpha", "beta", "gamma"] { #expect(outbox.append(text)) }
      let left = outbox.consume(split)
      #expect(outbox.waiting == String(whole.dropFirst(split)))
      #expect(outbox.queuedBytes == whole.utf8.count - split)
      #expect(left == [5, 9, 14].filter { $0 <= split }.count)
      #expect(outbox.isEmpty == (split == whole.utf8.count))
    }
  }

  @Test func refusesWhatWouldExceedTheLimitAndKeepsTheRest() {
    let outbox = Queue(limitBytes: 5)
    #expect(outbox.append("12345"))
    #expect(!outbox.append("6"))
    #expect(outbox.waiting == "12345")
    #expect(outbox.append("!", pastLimit: true))
    _ = outbox.consume(3)
    #expect(outbox.append("67"))
    #expect(outbox.waiting == "45!67")
  }

  @Test func replacesAnUnsentEntryOfTheSameKeyInPlace() {
    let outbox = Queue(limitBytes: 100)
    #expect(outbox.append("a1 ", key: 1))
    #expect(outbox.append("x "))
    #expect(outbox.append("b1 ", key: 2))
    #expect(outbox.append("a22 ", key: 1))
    #expect(outbox.waiting == "a22 x b1 ")
    #expect(outbox.queuedBytes == 9)
  }

  @Test func doesNotReplaceAnEntryThatHasBegunToLeave() {
    let outbox = Queue(limitBytes: 100)
    #expect(outbox.append("old", key: 1))
    _ = outbox.consume(1)
    #expect(outbox.append("new", key: 1))
    #expect(outbox.append("newer", key: 1))
    #expect(outbox.waiting == "ldnewer")
  }

  @Test func doesNotReplaceAnEntryThatHasLeft() {
    let outbox = Queue(limitBytes: 100)
    #expect(outbox.append("old", key: 1))
    #expect(outbox.append("other"))
    _ = outbox.consume(3)
    #expect(outbox.append("new", key: 1))
    #expect(outbox.waiting == "othernew")
  }

  @Test func keepsTheKeyOfALaterEntryWhenAnEarlierOneLeaves() {
    let outbox = Queue(limitBytes: 100)
    #expect(outbox.append("first", key: 1))
    _ = outbox.consume(1)
    #expect(outbox.append("second", key: 1))
    _ = outbox.consume(4)
    #expect(outbox.append("third", key: 1))
    #expect(outbox.waiting == "third")
  }

  @Test func refusesAReplacementBeyondTheLimit() {
    let outbox = Queue(limitBytes: 6)
    #expect(outbox.append("abc", key: 1))
    #expect(outbox.append("xyz"))
    #expect(!outbox.append("abcd", key: 1))
    #expect(outbox.waiting == "abcxyz")
  }

  @Test func keepsOnlyTheRestOfABegunEntryWhenDropped() {
    let outbox = Queue(limitBytes: 100)
    #expect(outbox.append("begun", key: 1))
    #expect(outbox.append("unsent", key: 2))
    _ = outbox.consume(2)
    outbox.dropUnsent()
    #expect(outbox.waiting == "gun")
    #expect(outbox.queuedBytes == 3)
    #expect(outbox.append("last", key: 2))
    #expect(outbox.waiting == "gunlast")
    _ = outbox.consume(100)
    outbox.dropUnsent()
    #expect(outbox.isEmpty && outbox.queuedBytes == 0)
  }

  @Test func keepsTheEntriesThatMustNotBeDropped() {
    let outbox = Queue(limitBytes: 100)
    for text in ["head", "body", "frame"] { #expect(outbox.append(text)) }
    outbox.dropUnsent(keeping: 2)
    #expect(outbox.waiting == "headbody")
    #expect(outbox.queuedBytes == 8)
    outbox.dropUnsent(keeping: 9)
    #expect(outbox.waiting == "headbody")
  }

  @Test func releasesWhatHasLeft() {
    let outbox = Queue(limitBytes: 100)
    weak var first: SharedBytes?
    do {
      let frame = SharedBytes(Array("first".utf8))
      first = frame
      #expect(outbox.append(frame))
    }
    #expect(outbox.append("second"))
    _ = outbox.consume(5)
    #expect(first == nil)
  }

  @Test func aMessageWithABeginningOfItsOwnGoesOnAtEveryPointAWriteMayStop() {
    let whole = "<1>alpha<2>beta<3>"
    for split in 0...whole.utf8.count {
      let outbox = Queue(limitBytes: 100)
      #expect(outbox.append("<1>", before: "{alpha", from: 1) == .queued)
      #expect(outbox.append("<2>", before: "{{beta", from: 2) == .queued)
      #expect(outbox.append("<3>", before: "", from: 1) == .queued)
      let left = outbox.consume(split)
      #expect(outbox.waiting == String(whole.dropFirst(split)))
      #expect(outbox.queuedBytes == whole.utf8.count - split)
      #expect(left == [8, 15, 18].filter { $0 <= split }.count)
    }
  }

  @Test func aReplacedMessageTakesItsBeginningAlong() {
    let outbox = Queue(limitBytes: 12)
    #expect(outbox.append("1:", before: "abc", from: 0, key: 1) == .queued)
    #expect(outbox.append("2:", before: "abcd", from: 0, key: 1) == .conflated)
    #expect(outbox.waiting == "2:abcd" && outbox.queuedBytes == 6)
    #expect(outbox.append("3:", before: "abcdefghijk", from: 0, key: 1) == .refused)
    #expect(outbox.append("4:", before: "efgh", from: 0) == .queued)
    #expect(outbox.append("5", before: "", from: 0) == .refused)
    #expect(outbox.waiting == "2:abcd4:efgh")
  }

  @Test func givesNoMoreVectorsThanOneCallTakes() {
    let outbox = Queue(limitBytes: 10_000)
    for _ in 0..<3000 { #expect(outbox.append("x")) }
    #expect(outbox.vectorCount == 1024)
    let doubled = Queue(limitBytes: 10_000)
    for _ in 0..<3000 { #expect(doubled.append("x", before: "y", from: 0) == .queued) }
    #expect(doubled.vectorCount == 1024)
    for _ in 0..<3 { _ = outbox.consume(1000) }
    #expect(outbox.isEmpty)
  }
}

/// An outbox of texts, as a class so that an expectation may change it.
private final class Queue {
  private var outbox: Outbox

  init(limitBytes: Int) { outbox = Outbox(limitBytes: limitBytes) }

  var isEmpty: Bool { outbox.isEmpty }
  var count: Int { outbox.count }
  var queuedBytes: Int { outbox.queuedBytes }
  var vectorCount: Int { outbox.withVectors { $0.count } }

  /// All that waits, as the vectors of one write give it.
  var waiting: String {
    outbox.withVectors { vectors in
      var all: [UInt8] = []
      for vector in vectors { all += UnsafeRawBufferPointer(start: vector.iov_base, count: vector.iov_len) }
      return String(decoding: all, as: UTF8.self)
    }
  }

  func append(_ text: String, key: UInt64 = 0, pastLimit: Bool = false) -> Bool {
    outcome(OutboxEntry(SharedBytes(Array(text.utf8))), key: key, pastLimit: pastLimit) != .refused
  }

  func append(_ bytes: SharedBytes) -> Bool { outcome(OutboxEntry(bytes)) != .refused }

  func append(_ prefix: String, before text: String, from offset: Int, key: UInt64 = 0) -> SendOutcome {
    let (prefix, bytes) = (SharedBytes(Array(prefix.utf8)), SharedBytes(Array(text.utf8)))
    return outcome(OutboxEntry(prefix: prefix, bytes, from: offset), key: key)
  }

  private func outcome(_ entry: OutboxEntry, key: UInt64 = 0, pastLimit: Bool = false) -> SendOutcome {
    outbox.append(entry, conflationKey: key, pastLimit: pastLimit)
  }

  func consume(_ count: Int) -> Int { outbox.consume(count).entries }
  func dropUnsent(keeping kept: Int = 0) { outbox.dropUnsent(keeping: kept) }
}
