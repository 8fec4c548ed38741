internal import CLinux
internal import Glibc
internal import Synchronization

/// One thread, one epoll set; also the executor of tasks that prefer it, the control work pinned to it.
///
/// A turn is: the ready descriptors, the work other threads brought, the timers that are due, and last the flushes
/// asked for in that turn, so that all that was sent to one client within it leaves together.
///
/// Safe to share: other threads reach `inbox` (locked), `parked`, `owner`, `stage` and `activity` (atomic) and the two
/// descriptors (constant until `deinit`). Everything in `turn` is touched by the thread that `owner` names, and no other.
public final class EventLoop: TaskExecutor, @unchecked Sendable {
  /// What waits for the loop's thread.
  enum Work {
    case job(UnownedJob)
    case closure(@Sendable () -> Void)
  }

  private enum Stage: UInt8, AtomicRepresentable {
    case running, stopping, ended
  }

  /// Rounds of work in one turn before the descriptors get their turn again.
  private static let roundsPerTurn = 16
  private static let eventsPerTurn = 256

  /// The thread's name.
  public let name: String
  /// For how long messages of exchanges may gather when they come in a rush, in microseconds; see `LoopRush`. The system may add
  /// its timer slack, 50 µs (prctl(2)).
  public let gatherMicroseconds: UInt32
  let epoll: Int32
  private let wake: Int32
  private let inbox = Lock<[Work]>([])
  /// Set when something has come into the inbox: a turn that brings nothing from elsewhere takes no lock.
  private let hasInbox = Atomic<Bool>(false)
  private let parked = Atomic<Bool>(false)
  private let owner = Atomic<UInt>(0)
  private let stage = Atomic<Stage>(.running)
  private let thread = Lock<pthread_t?>(nil)
  private let activity = LoopActivity()
  /// What one read may fill; its content is over when the next descriptor is read.
  let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
  /// State of the loop's own thread. Not checked for exclusive access (docs/decisions/0023): no object ends while it is used.
  @exclusivity(unchecked) var turn = LoopTurn()

  /// Starts the thread at once. Without descriptors left for a loop the program cannot run: that is a precondition.
  public init(name: String, gatherMicroseconds: UInt32 = 0) {
    self.name = name
    self.gatherMicroseconds = gatherMicroseconds
    epoll = epoll_create1(SystemConstant.epollCloseOnExec)
    wake = eventfd(0, SystemConstant.eventNonBlocking | SystemConstant.eventCloseOnExec)
    precondition(epoll >= 0 && wake >= 0, "no descriptors left for an event loop")
    var event = epoll_event()
    event.events = LoopEvents([.readable, .edgeTriggered]).rawValue
    event.data.ptr = nil
    epoll_ctl(epoll, EPOLL_CTL_ADD, wake, &event)
    var started = pthread_t()
    let failure = pthread_create(&started, nil, runLoop, Unmanaged.passRetained(self).toOpaque())
    precondition(failure == 0, "no thread left for an event loop")
    thread.withLock { $0 = started }
    // The kernel keeps 15 bytes of a name (pthread_setname_np(3)) and refuses longer ones.
    pthread_setname_np(started, String(decoding: name.utf8.prefix(15), as: UTF8.self))
  }

  deinit {
    thread.withLock { if let running = $0 { _ = pthread_detach(running) } }
    readBuffer.deallocate()
    close(wake)
    close(epoll)
  }

  /// Whether the caller runs on this loop.
  public var isCurrent: Bool { owner.load(ordering: .relaxed) == UInt(pthread_self()) }

  /// How long the loop has worked, not waited, since its start; what it is doing now is counted too. Any thread.
  public var busyNanoseconds: Int64 { activity.busyNanoseconds(now: EventLoop.monotonicNanoseconds) }

  /// Runs the closure on the loop in a later round; any thread. Closures keep the order of one caller.
  public func post(_ work: @escaping @Sendable () -> Void) { deliver(.closure(work)) }

  /// Runs a Swift job on the loop; any thread.
  public func enqueue(_ job: consuming ExecutorJob) {
    // The runtime names the loop without owning it, and once the job has run nobody else may: it must outlive this call.
    let held = Unmanaged.passRetained(self)
    defer { held.release() }
    deliver(.job(UnownedJob(job)))
  }

  /// Ends the thread after the current turn: timers and descriptors are let go. Called elsewhere it waits for the end;
  /// called on the loop it only asks for it. Work that comes later is run by whoever brings it.
  public func shutdown() {
    _ = stage.compareExchange(expected: .running, desired: .stopping, ordering: .sequentiallyConsistent)
    guard !isCurrent else { return }
    wakeUp()
    thread.withLock { running in
      if let joinable = running { pthread_join(joinable, nil) }
      running = nil
    }
  }

  private func deliver(_ work: Work) {
    if isCurrent {
      turn.local.append(work)
      return
    }
    inbox.withLock { $0.append(work) }
    // The loop sets `parked`, then looks at `hasInbox` once more; we fill the inbox and say so, then look at `parked`.
    // Either it sees the work or we see it parked, so the eventfd is written on the way from empty to non-empty alone.
    hasInbox.store(true, ordering: .sequentiallyConsistent)
    if parked.exchange(false, ordering: .sequentiallyConsistent) { wakeUp() }
    if stage.load(ordering: .sequentiallyConsistent) == .ended { runLate() }
  }

  private func wakeUp() { eventfd_write(wake, 1) }

  fileprivate func run() {
    owner.store(UInt(pthread_self()), ordering: .relaxed)
    becomeCurrent()
    activity.works(nowNanoseconds: EventLoop.monotonicNanoseconds)
    withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: EventLoop.eventsPerTurn) { events in
      while stage.load(ordering: .relaxed) == .running {
        poll(events)
        runWork()
        runTimers()
        runFlushes()
        if turn.rush.pausesAfterTurn(at: turn.nowNanoseconds) { gather() }
      }
    }
    end()
  }

  private func poll(_ events: UnsafeMutableBufferPointer<epoll_event>) {
    parked.store(true, ordering: .sequentiallyConsistent)
    let idle =
      turn.isIdle && !hasInbox.load(ordering: .sequentiallyConsistent) && stage.load(ordering: .relaxed) == .running
    let count = idle ? wait(events) : epoll_wait(epoll, events.baseAddress, Int32(events.count), 0)
    turn.nowNanoseconds = EventLoop.monotonicNanoseconds
    if idle { activity.works(nowNanoseconds: turn.nowNanoseconds) }
    parked.store(false, ordering: .sequentiallyConsistent)
    for index in 0..<max(0, Int(count)) {
      guard let address = events[index].data.ptr else {
        var value: eventfd_t = 0
        eventfd_read(wake, &value)
        continue
      }
      let ready = LoopEvents(rawValue: events[index].events)
      // Whoever is unregistered within a batch stays alive until its end: see `LoopTurn.leaving`.
      Unmanaged<LoopPollable>.fromOpaque(address)._withUnsafeGuaranteedRef { $0.ready(ready) }
    }
    releaseLeaving()
  }

  /// Sleeps until there is something to do.
  private func wait(_ events: UnsafeMutableBufferPointer<epoll_event>) -> Int32 {
    let now = EventLoop.monotonicNanoseconds
    activity.waits(nowNanoseconds: now)
    return epoll_wait(epoll, events.baseAddress, Int32(events.count), turn.waitMilliseconds(nowNanoseconds: now))
  }

  /// Lets messages gather for what is left of the pause, when there is nothing else to do.
  private func gather() {
    let now = EventLoop.monotonicNanoseconds
    let left = Int64(gatherMicroseconds) - (now - turn.nowNanoseconds) / 1000
    guard left > 0, turn.isIdle, !hasInbox.load(ordering: .relaxed) else { return }
    activity.waits(nowNanoseconds: now)
    usleep(UInt32(left))
    activity.works(nowNanoseconds: EventLoop.monotonicNanoseconds)
  }

  private func runWork() {
    // Not as an actor's executor: a task would leave that for each function that belongs to no actor, by way of the queue.
    let executor = asUnownedTaskExecutor()
    var batch = turn.takeSpare()
    for _ in 0..<EventLoop.roundsPerTurn {
      takeInbox(into: &batch)
      if batch.isEmpty { swap(&batch, &turn.local) } else { batch.append(contentsOf: turn.takeLocal()) }
      if batch.isEmpty { break }
      for work in batch {
        switch work {
        case .job(let job): job.runSynchronously(on: executor)
        case .closure(let closure): closure()
        }
      }
      batch.removeAll(keepingCapacity: true)
    }
    turn.spare = batch
  }

  /// Cleared first: what comes meanwhile is taken now, or said once more.
  private func takeInbox(into batch: inout [Work]) {
    guard hasInbox.load(ordering: .sequentiallyConsistent) else { return }
    hasInbox.store(false, ordering: .sequentiallyConsistent)
    inbox.withLock { swap(&$0, &batch) }
  }

  /// Objects end outside of any access to `turn`: what they release may come back to the loop.
  private func releaseLeaving() {
    guard !turn.leaving.isEmpty else { return }
    var leaving: [LoopPollable] = []
    swap(&leaving, &turn.leaving)
  }

  private func runTimers() {
    // What has fallen due since the turn began has its turn in the next, before the loop sleeps.
    let now = turn.nowNanoseconds
    while let timer = turn.timers.popDue(nowNanoseconds: now) { timer.fire() }
  }

  private func runFlushes() {
    guard !turn.flushes.isEmpty else { return }
    var flushes = turn.takeFlushes()
    for flush in flushes { flush.flush() }
    // Before it is given back: whoever ends here may come back to the loop.
    flushes.removeAll(keepingCapacity: true)
    turn.recycle(&flushes)
  }

  private func end() {
    resignCurrent()
    for pollable in turn.takeAllRegistered() { pollable.loopEnds() }
    runFlushes()
    clearTurn()
    owner.store(0, ordering: .sequentiallyConsistent)
    activity.waits(nowNanoseconds: EventLoop.monotonicNanoseconds)
    stage.store(.ended, ordering: .sequentiallyConsistent)
    runLate()
  }

  /// A task that was bound to the loop must still be able to end, and with it whoever awaits it: after the thread's
  /// end the bringer of work takes the loop's place, one thread at a time.
  private func runLate() {
    let me = UInt(pthread_self())
    while !inbox.withLock({ $0.isEmpty }) {
      guard owner.compareExchange(expected: 0, desired: me, ordering: .sequentiallyConsistent).exchanged else { return }
      runWork()
      clearTurn()
      owner.store(0, ordering: .sequentiallyConsistent)
    }
  }

  /// Lets go of all but the work, which goes back to the inbox.
  private func clearTurn() {
    let old = turn
    turn = LoopTurn()
    inbox.withLock { $0.append(contentsOf: old.local) }
    hasInbox.store(true, ordering: .sequentiallyConsistent)
    old.timers.discardAll()
  }
}

private func runLoop(_ raw: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let raw else { return nil }
  Unmanaged<EventLoop>.fromOpaque(raw).takeRetainedValue().run()
  return nil
}
