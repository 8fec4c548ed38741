/// A point in the stream of a topic.
public struct ResumePoint: Sendable, Hashable {
  /// Of which life of the topic the number is: another one after a restart, or after nobody wanted the topic for a while.
  /// Below 2^53, so that every JSON reader keeps it whole.
  public let epoch: UInt64
  /// The number of the last event before the point; 0 before the first.
  public let sequence: UInt64

  /// A point of the given numbers.
  public init(epoch: UInt64, sequence: UInt64) {
    self.epoch = epoch
    self.sequence = sequence
  }
}

/// Where a subscription begins.
public struct TopicStanding: Sendable, Equatable {
  /// What follows comes after this point.
  public let point: ResumePoint
  /// Whether all that was missed since the point asked for follows; `nil` when none was asked for.
  public let isRecovered: Bool?

  /// A standing of the given properties.
  public init(point: ResumePoint, isRecovered: Bool?) {
    self.point = point
    self.isRecovered = isRecovered
  }
}
