import Model

/// A frame, and when the exchange sends it.
struct RecordedFrame: Sendable, Equatable {
  let time: Int64
  let bytes: [UInt8]
}

/// What makes the frames of a topic.
enum RecordedFeed: Sendable {
  /// Each row of a tape, so much later than its own time.
  case rows(tape: String, delayMilliseconds: Int64)
  /// The candle that is open, at each instant of a grid at which it has changed, and once more when it is over, before
  /// the next one's first frame.
  case candles(everyMilliseconds: Int64, phaseMilliseconds: Int64)
  /// The layout alone, at each instant of a grid.
  case ticks(everyMilliseconds: Int64)

  init(_ node: RecordingNode, _ words: RecordedWords) throws(RecordingError) {
    let kind = try node.node("of")
    switch try kind.text() {
    case "rows":
      self = .rows(tape: try words.tape(node), delayMilliseconds: try node.integer("delayMilliseconds"))
    case "candles":
      let every = try node.integer("everyMilliseconds", in: 10...60_000)
      self = .candles(
        everyMilliseconds: every, phaseMilliseconds: try node["phaseMilliseconds"]?.integer(in: 0...every - 1) ?? 0)
    case "ticks": self = .ticks(everyMilliseconds: try node.integer("everyMilliseconds", in: 10...3_600_000))
    default: throw kind.fault("is nothing a feed can be made of")
    }
  }
}

/// One stream of frames a client can subscribe to.
struct RecordedTopic: Sendable {
  /// As the exchange spells it.
  let name: String
  /// The recording's name of its kind.
  let channel: String
  let feed: RecordedFeed
  let layout: Layout
  /// One, or all of them in a topic of the whole market.
  let instruments: [RecordedInstrument]
  let interval: (name: String, length: Interval)?

  /// The frames sent after one instant and up to another, in order: a pure function, so two spans laid end to end give
  /// what the long one gives.
  func frames(after start: Int64, through end: Int64) -> [RecordedFrame] {
    guard end > start else { return [] }
    var frames: [RecordedFrame] = []
    for instrument in instruments {
      switch feed {
      case .rows(let tape, let delay):
        frames += rowFrames(instrument, tape: tape, delay: delay, after: start, through: end)
      case .candles(let every, let phase):
        for instant in RecordedTopic.grid(every, phase: phase, after: start, through: end) {
          frames += candleFrames(instrument, at: instant, since: instant - every)
        }
      case .ticks(let every):
        for instant in RecordedTopic.grid(every, phase: 0, after: start, through: end) {
          frames.append(frame(LayoutScope(now: instant, instrument: instrument)))
        }
      }
    }
    return instruments.count == 1 ? frames : RecordedTopic.inOrder(frames)
  }

  private func rowFrames(
    _ instrument: RecordedInstrument, tape name: String, delay: Int64, after start: Int64, through end: Int64
  ) -> [RecordedFrame] {
    guard let tape = instrument.tapes[name] else { return [] }
    return tape.rows(from: start - delay + 1, before: end - delay + 1).map { row in
      var scope = LayoutScope(now: tape.time(ofRow: row) + delay, instrument: instrument)
      scope.row = (name, row)
      return frame(scope)
    }
  }

  /// What is sent at one instant of the grid: the candles that have ended since the last one, then the open one if it
  /// has changed. A candle without trades is never sent.
  private func candleFrames(_ instrument: RecordedInstrument, at now: Int64, since before: Int64) -> [RecordedFrame] {
    guard let interval = interval?.length, let last = Timestamp(milliseconds: now),
      let first = Timestamp(milliseconds: before)
    else { return [] }
    var frames: [RecordedFrame] = []
    var open = interval.openTime(containing: first)
    while open <= last {
      let candle = instrument.candle(interval, openTime: open, now: now)
      let changes = instrument.trades.tape.rows(from: max(before + 1, candle.openTime), before: now + 1)
      if candle.fold != nil, candle.isClosed || !changes.isEmpty {
        var scope = LayoutScope(now: now, instrument: instrument)
        scope.candle = candle
        frames.append(frame(scope))
      }
      open = interval.endTime(ofCandleAt: open)
    }
    return frames
  }

  private func frame(_ scope: LayoutScope) -> RecordedFrame {
    var scope = scope
    scope.interval = interval?.name
    scope.topic = name
    return RecordedFrame(time: scope.now, bytes: layout.bytes(scope))
  }

  private static func grid(_ every: Int64, phase: Int64, after start: Int64, through end: Int64)
    -> StrideThrough<Int64>
  {
    let first = (max(start, 0) - phase + every) / every * every + phase
    return stride(from: first, through: end, by: Int64.Stride(every))
  }

  private static func inOrder(_ frames: [RecordedFrame]) -> [RecordedFrame] {
    frames.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
  }
}
