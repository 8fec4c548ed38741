/// Numbers for the lives of topics.
enum TopicEpoch {
  /// A number that no other life has had, as far as chance can be trusted: at random, as a clock that was set back, or a
  /// second process behind the same address, would repeat a count. Below 2^53 and never 0.
  static func next() -> UInt64 { UInt64.random(in: 1..<(1 << 53)) }
}
