/// A value that belongs to one loop and may be named, not used, elsewhere.
///
/// Safe to share: `value` is reached on the loop's thread alone; other threads only carry the box.
public struct LoopBound<Value>: @unchecked Sendable {
  private let held: Value
  /// The loop it is bound to.
  public let loop: EventLoop

  /// Binds the value to the loop. The caller gives up using it anywhere else.
  public init(_ value: Value, loop: EventLoop) {
    held = value
    self.loop = loop
  }

  /// The value; stops the program on any thread but the loop's.
  public var value: Value {
    precondition(loop.isCurrent, "loop-bound value used on another thread")
    return held
  }
}
