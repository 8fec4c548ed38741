internal import Model

/// What a topic's keeper has to say of its gaps, each under a number of its own.
enum GapStep: Equatable {
  /// A gap begins.
  case open(Int, GapCause, from: Timestamp, to: Timestamp?)
  /// Something became of one.
  case change(Int, GapChange)
  /// Something was missing, and what became of it is known already.
  case note(GapCause, from: Timestamp, to: Timestamp, GapChange)
}
