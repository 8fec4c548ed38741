/// When a file whose content changes is written: at once after a quiet time, and not before a spacing is over while it
/// keeps changing. Time is an argument, in monotonic milliseconds.
struct WritePaceState {
  /// What to do about a change.
  enum Action: Equatable {
    /// Write what there is now.
    case write
    /// Look again after so many milliseconds.
    case wait(milliseconds: Int64)
    /// Nothing: a write will come that has it in it.
    case nothing
  }

  private let spacing: Int64
  private var lastWrite: Int64?
  private var isWaiting = false

  /// At least so many milliseconds from one write to the next.
  init(spacing: Int64) {
    self.spacing = spacing
  }

  /// The content has changed.
  mutating func changed(now: Int64) -> Action {
    guard !isWaiting else { return .nothing }
    let wait = lastWrite.map { $0 + spacing - now } ?? 0
    guard wait <= 0 else {
      isWaiting = true
      return .wait(milliseconds: wait)
    }
    lastWrite = now
    return .write
  }

  /// The wait is over.
  mutating func waited(now: Int64) -> Action {
    guard isWaiting else { return .nothing }
    isWaiting = false
    lastWrite = now
    return .write
  }
}
