import Contract
import Glibc
import Model
import Support
import Testing

@testable import App

@Suite struct CaptureFolderTests {
  private static let time = Timestamp(microseconds: 5)

  private func send(_ text: String, _ connection: CaptureConnection) {
    Array(text.utf8).withUnsafeBytes { connection.received(text: $0, receiveMicroseconds: 1) }
  }

  private func reply(_ body: String) -> CaptureReply {
    CaptureReply(
      exchange: "toy", method: "GET", target: "/a", requestBody: nil, receiveMicroseconds: 2,
      outcome: .success(.init(status: 200, headers: [], body: Array(body.utf8), sentMicroseconds: 1)))
  }

  private func folder(_ path: String, _ limits: CaptureLimits = CaptureLimits()) throws -> CaptureFolder {
    try CaptureFolder(path, exchanges: ["toy"], limits: limits, time: Self.time)
  }

  @Test func eachConnectionAndEachReplyHasItsFileAndItsLineInTheIndex() throws {
    let place = TemporaryFolder()
    let folder = try folder("\(place.path)/new/deep")
    let first = folder.connecting("toy", to: ToyExchange.endpoint)
    first.opened(at: Self.time)
    send("a", first)
    let second = folder.connecting("toy", to: ToyExchange.endpoint)
    second.sent("b", at: Self.time)
    folder.write(reply("[1]"))
    first.closed("over", at: Self.time)
    #expect(folder.finish(.asked, time: Self.time) == .asked)
    #expect(place.names("new/deep/toy") == ["reply-1.body", "stream-1-1.jsonl", "stream-2-1.jsonl"])
    #expect(
      place.lines("new/deep/toy/stream-1-1.jsonl") == [
        #"{"time":5,"event":"open"}"#, #"{"time":1,"event":"in","text":"a"}"#,
        #"{"time":5,"event":"close","reason":"over"}"#,
      ])
    #expect(place.bytes("new/deep/toy/reply-1.body") == Array("[1]".utf8))
    let index = place.lines("new/deep/index.jsonl")
    #expect(
      index.map { $0.prefix(15) } == [
        #"{"kind":"begin""#, #"{"kind":"reply""#, #"{"kind":"frames"#, #"{"kind":"frames"#, #"{"kind":"end",""#,
      ])
    #expect(index[2].contains(#""file":"toy/stream-1-1.jsonl""#))
    #expect(index[2].hasSuffix(#""lines":3,"bytes":104}"#))
    #expect(index.last == #"{"kind":"end","reason":"asked to stop","time":5}"#)
    #expect(folder.totals.frames == 1)
    #expect(folder.totals.replies == 1)
  }

  @Test func aFileThatWouldBeTooLongIsFollowedByAnother() throws {
    let place = TemporaryFolder()
    var limits = CaptureLimits()
    // `{"time":1,"event":"in","text":"aaaa"}` and its end are 38 bytes: two fit.
    limits.fileBytes = 76
    let folder = try folder(place.path, limits)
    let connection = folder.connecting("toy", to: ToyExchange.endpoint)
    for _ in 0..<5 { send("aaaa", connection) }
    send(String(repeating: "b", count: 100), connection)
    _ = folder.finish(.asked, time: Self.time)
    #expect((1...4).map { place.lines("toy/stream-1-\($0).jsonl").count } == [2, 2, 1, 1])
    #expect(place.lines("index.jsonl").count { $0.contains(#""connection":1,"#) } == 4)
  }

  @Test func theLimitOfBytesEndsItOnceAndNothingFollows() throws {
    let place = TemporaryFolder()
    var limits = CaptureLimits()
    limits.totalBytes = 76
    let folder = try folder(place.path, limits)
    var ends: [CaptureEnd] = []
    folder.onEnd = { ends.append($0) }
    let connection = folder.connecting("toy", to: ToyExchange.endpoint)
    for _ in 0..<5 { send("aaaa", connection) }
    #expect(ends == [.full])
    #expect(folder.finish(.asked, time: Self.time) == .full)
    #expect(place.lines("toy/stream-1-1.jsonl").count == 2)
    #expect(place.lines("index.jsonl").last?.contains("holds as much as it may") == true)
  }

  @Test func theLimitOfFilesEndsIt() throws {
    let place = TemporaryFolder()
    var limits = CaptureLimits()
    limits.files = 3
    let folder = try folder(place.path, limits)
    for _ in 0..<5 { folder.write(reply("[]")) }
    #expect(folder.end == .full)
    #expect(place.names("toy") == ["reply-1.body", "reply-2.body", "reply-3.body"])
  }

  @Test func aRequestWithoutAnAnswerIsALineOnly() throws {
    let place = TemporaryFolder()
    let folder = try folder(place.path)
    folder.write(
      CaptureReply(
        exchange: "toy", method: "GET", target: "/a", requestBody: nil, receiveMicroseconds: 2,
        outcome: .failure("connect")))
    folder.flush()
    #expect(place.names("toy").isEmpty)
    #expect(place.lines("index.jsonl").last?.hasSuffix(#""error":"connect"}"#) == true)
    #expect(folder.totals.replies == 0)
  }

  @Test func aFolderThatHoldsARecordingIsNotTouched() throws {
    let place = TemporaryFolder()
    _ = try folder(place.path).finish(.asked, time: Self.time)
    let before = place.bytes("index.jsonl")
    #expect(throws: FileError(place.path, "holds a recording already")) { try folder(place.path) }
    #expect(place.bytes("index.jsonl") == before)
    #expect(throws: FileError.self) { try folder("\(place.path)/index.jsonl/below") }
  }

  @Test func aDiskThatIsFullEndsItOnceWithTheFileAndTheReason() throws {
    let place = TemporaryFolder()
    let folder = try CaptureFolder(
      place.path, exchanges: ["toy"], limits: CaptureLimits(), time: Self.time,
      source: FullDisk(index: CaptureDisk(folder: place.path)))
    var ends: [CaptureEnd] = []
    folder.onEnd = { ends.append($0) }
    let connection = folder.connecting("toy", to: ToyExchange.endpoint)
    send("a", connection)
    folder.flush()
    folder.flush()
    send("b", connection)
    let failure = CaptureEnd.failed(FileError("toy/stream-1-1.jsonl", "No space left on device"))
    #expect(ends == [failure])
    #expect(folder.finish(.asked, time: Self.time) == failure)
    #expect(failure.reason == "cannot write toy/stream-1-1.jsonl: No space left on device")
  }
}

/// Has room for the index alone.
private struct FullDisk: CaptureFileSource {
  let index: CaptureDisk

  func file(_ name: String) throws(FileError) -> CaptureFile {
    if name == "index.jsonl" { return try index.file(name) }
    return CaptureFile(name: name, descriptor: open("/dev/full", O_WRONLY))
  }
}
