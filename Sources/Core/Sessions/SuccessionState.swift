/// One connection takes the place of another: decides when the old one may go, and when nothing of it can come again.
///
///     settling ──all topics confirmed──▶ overlapping ──the overlap is over──▶ closing ──closed──▶ trailing ──▶ finished
///        ▲                                    │
///        └──────the new connection is lost────┘            the old one cut, at any time ──▶ trailing
struct SuccessionState {
  /// What must be done.
  enum Action: Equatable {
    /// Close the old connection.
    case retire
    /// Nothing is brought twice any more.
    case finish
  }

  /// How the new connection stands.
  enum Standing {
    /// There is none.
    case down
    /// The exchange has not confirmed all topics.
    case subscribing
    /// It carries everything.
    case settled
  }

  private enum Phase {
    case settling
    case overlapping(until: Int64)
    case closing
    case trailing(until: Int64)
    case finished
  }

  /// How long both go on once the new one carries everything, so that what was under way on the old one arrives; and how
  /// long what the new one brings is compared afterwards. In milliseconds.
  static let usualOverlap: Int64 = 2000

  /// The old one is kept for so many further overlaps where it has not brought what the new one began with.
  static let maxExtensions = 4

  private let overlap: Int64
  private var extensions = 0
  private var phase = Phase.settling

  init(overlap: Int64 = SuccessionState.usualOverlap) {
    self.overlap = overlap
  }

  /// Whether the old connection still brings something.
  var isOldThere: Bool {
    switch phase {
    case .settling, .overlapping, .closing: true
    case .trailing, .finished: false
    }
  }

  /// The new connection has changed.
  mutating func changed(_ standing: Standing, now: Int64) {
    switch (phase, standing) {
    case (.settling, .settled): phase = .overlapping(until: now + overlap)
    case (.overlapping, .down): phase = .settling
    default: break
    }
  }

  /// The old connection is gone.
  mutating func oldEnded(now: Int64) {
    if isOldThere { phase = .trailing(until: now + overlap) }
  }

  /// When `tick` next has something to do; `nil` when only an event can change anything.
  var nextDeadline: Int64? {
    switch phase {
    case .overlapping(let until), .trailing(let until): until
    case .settling, .closing, .finished: nil
    }
  }

  /// What is to be done now. `isApart` says that the two have not met on some topic.
  mutating func tick(now: Int64, isApart: Bool) -> Action? {
    switch phase {
    case .overlapping(let until) where now >= until:
      if isApart, extensions < SuccessionState.maxExtensions {
        extensions += 1
        phase = .overlapping(until: now + overlap)
        return nil
      }
      phase = .closing
      return .retire
    case .trailing(let until) where now >= until:
      phase = .finished
      return .finish
    default: return nil
    }
  }
}
