internal import CLinux
internal import Glibc

/// What only the loop's own thread may ask of it.
extension EventLoop {
  /// The loop whose thread the caller is on; `nil` on any other thread. Work that is begun here may stay here.
  public static var current: EventLoop? {
    pthread_getspecific(currentKey).map { Unmanaged<EventLoop>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Says that this thread is the loop's.
  func becomeCurrent() { pthread_setspecific(EventLoop.currentKey, Unmanaged.passUnretained(self).toOpaque()) }

  /// Says that it is not any more: the loop ends, and what is begun now would not be ended by it.
  func resignCurrent() { pthread_setspecific(EventLoop.currentKey, nil) }

  private static let currentKey: pthread_key_t = {
    var key = pthread_key_t()
    precondition(pthread_key_create(&key, nil) == 0, "no room for what a thread knows of itself")
    return key
  }()

  /// Runs the closure on the loop after at least that long. On the loop's thread only.
  @discardableResult
  public func schedule(afterMilliseconds milliseconds: Int64, _ work: @escaping () -> Void) -> LoopTimer {
    // A century is far enough, and cannot overflow.
    let delay = min(max(milliseconds, 0), 3_155_760_000_000) * 1_000_000
    let timer = LoopTimer(deadlineNanoseconds: EventLoop.monotonicNanoseconds + delay, loop: self, work: work)
    insert(timer)
    return timer
  }

  /// When this turn began, by the monotonic clock: for what need not be finer, and costs no look at the clock.
  var turnMilliseconds: Int64 { turn.nowNanoseconds / 1_000_000 }

  func insert(_ timer: LoopTimer) {
    precondition(isCurrent, "timers belong to the loop's thread")
    turn.timers.insert(timer)
  }

  func remove(_ timer: LoopTimer) {
    precondition(isCurrent, "timers belong to the loop's thread")
    turn.timers.remove(timer)
  }

  /// Calls the handler whenever the descriptor is ready; a second call replaces events and handler. The descriptor
  /// stays the caller's; `unwatch` before closing it. False when epoll refuses it (descriptor limits).
  @discardableResult
  public func watch(_ descriptor: Int32, _ events: LoopEvents, _ handler: @escaping (LoopEvents) -> Void) -> Bool {
    precondition(isCurrent, "descriptors belong to the loop's thread")
    guard let watch = turn.registered[descriptor] as? DescriptorWatch else {
      return register(DescriptorWatch(handler), descriptor, events)
    }
    watch.replace(handler)
    return change(watch, descriptor, events)
  }

  /// No handler is called for the descriptor from here on, not even for events already fetched.
  public func unwatch(_ descriptor: Int32) {
    precondition(isCurrent, "descriptors belong to the loop's thread")
    (turn.registered[descriptor] as? DescriptorWatch)?.end()
    unregister(descriptor)
  }

  /// The loop keeps the object until `unregister`, and for the rest of that turn.
  func register(_ pollable: LoopPollable, _ descriptor: Int32, _ events: LoopEvents) -> Bool {
    guard control(EPOLL_CTL_ADD, pollable, descriptor, events) else { return false }
    // Whoever was forgotten there ends behind the use of `turn`.
    _ = turn.registered.updateValue(pollable, forKey: descriptor)
    return true
  }

  func change(_ pollable: LoopPollable, _ descriptor: Int32, _ events: LoopEvents) -> Bool {
    control(EPOLL_CTL_MOD, pollable, descriptor, events)
  }

  func unregister(_ descriptor: Int32) {
    guard let pollable = turn.registered.removeValue(forKey: descriptor) else { return }
    epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
    turn.leaving.append(pollable)
  }

  /// Calls `flush` at the end of this turn. The caller asks once a turn.
  func flushAtEndOfTurn(_ flushing: any LoopFlushing) { turn.flushes.append(flushing) }

  private func control(_ operation: Int32, _ pollable: LoopPollable, _ descriptor: Int32, _ events: LoopEvents) -> Bool
  {
    var event = epoll_event()
    event.events = events.rawValue
    event.data.ptr = Unmanaged.passUnretained(pollable).toOpaque()
    return epoll_ctl(epoll, operation, descriptor, &event) == 0
  }
}
