import Contract
import Support
import Testing

/// What holds for the recorded frames of every exchange when they are cut, lengthened or spoiled.
struct RecordedFrameLaws {
  let frames: [String]
  /// A decoder that knows the instruments of the frames, as on a new connection.
  let makeDecoder: () -> any FrameDecoder

  private func decode(_ bytes: [UInt8]) throws(FrameError) -> EventBuffer {
    var decoder = makeDecoder()
    return try decoder.decode(bytes: bytes)
  }

  /// A part of a frame is an error at its end or before; of long frames only the first bytes are cut.
  func expectNoTruncationIsTaken(within most: Int = .max, sourceLocation: SourceLocation = #_sourceLocation) {
    for frame in frames {
      let bytes = Array(frame.utf8)
      for length in 0..<min(bytes.count, most) {
        do throws(FrameError) {
          _ = try decode(Array(bytes[..<length]))
          Issue.record("\(length) bytes of \(frame) were taken", sourceLocation: sourceLocation)
        } catch  where error.offset > length {
          Issue.record("an error beyond \(length) bytes of \(frame)", sourceLocation: sourceLocation)
        } catch {}
      }
    }
  }

  /// No frame with events has a member that is not known, and one added to any of its objects is counted and changes
  /// nothing. Gives how many were added.
  func expectAddedMembersAreCounted(sourceLocation: SourceLocation = #_sourceLocation) throws -> Int {
    var count = 0
    for frame in frames {
      let buffer = try decode(Array(frame.utf8))
      guard !buffer.events.isEmpty else { continue }
      #expect(buffer.unknownFields == 0 && buffer.unknownMessages == 0, "\(frame)", sourceLocation: sourceLocation)
      for changed in Fixture.addingAMember(to: frame) {
        let changedBuffer = try decode(Array(changed.utf8))
        #expect(
          changedBuffer.unknownFields == 1 && changedBuffer.events == buffer.events, "\(changed)",
          sourceLocation: sourceLocation)
        count += 1
      }
    }
    return count
  }

  /// What frames with one byte changed decode to, where they decode at all: the most events, and whether a signal was among
  /// it. Every so many bytes, others in each frame; the fuzzer does the rest.
  func readWithOneByteChanged(every step: Int) -> (mostEvents: Int, hasSignal: Bool) {
    var (most, hasSignal) = (0, false)
    for (number, frame) in frames.enumerated() {
      var bytes = Array(frame.utf8)
      for index in stride(from: number % step, to: bytes.count, by: step) {
        let kept = bytes[index]
        for byte in [0x00, 0x22, 0x2d, 0x30, 0x5b, 0x5c, 0x7b, 0x7d, 0xff] as [UInt8] {
          bytes[index] = byte
          guard let buffer = try? decode(bytes) else { continue }
          most = max(most, buffer.events.count)
          hasSignal = hasSignal || !buffer.signals.isEmpty
        }
        bytes[index] = kept
      }
    }
    return (most, hasSignal)
  }
}
