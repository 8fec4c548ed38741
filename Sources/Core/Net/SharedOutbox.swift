internal import Glibc
public import Wire

/// The outbox of many clients at once: what all of them are sent alike is queued here once, and one walk over their
/// descriptors writes it. Loop-confined.
///
/// What it buys: a delivery is a system call, and four bytes read of an array. Through a client's own objects it was four
/// of these more, their references counted up and down, and some fifteen lines of memory that are in no cache when there
/// are thousands of clients: 0.5 to 1.4 µs each (docs/benchmarks.md, "Beside the least that C can do").
///
/// What it assumes: whoever takes part has nothing else to send. A client is in here only while its own outbox is empty,
/// its socket takes what it is given and its connection is open; before it is sent anything of its own, ends, or turns out
/// to have no room for all, it leaves and takes along what waits here, as if that had been queued for it alone. So limit,
/// order and conflation are those of an `Outbox`, and no socket in here is closed, as its stream leaves first.
public final class SharedOutbox: LoopFlushing {
  private let loop: EventLoop
  private let counters: HTTPServerCounters
  private var outbox: Outbox
  /// Who takes part: the descriptors are all that a delivery reads. A stream is kept by its loop, and leaves before that
  /// lets go of it.
  private var descriptors: [Int32] = []
  private var streams: [Unmanaged<SocketStream>] = []
  private var isFlushRequested = false

  init(loop: EventLoop, limitBytes: Int, counters: HTTPServerCounters) {
    self.loop = loop
    self.counters = counters
    outbox = Outbox(limitBytes: limitBytes)
  }

  /// How many take part.
  var memberCount: Int { descriptors.count }
  var limitBytes: Int { outbox.limitBytes }
  var queuedBytes: Int { outbox.queuedBytes }

  /// Queues some whole server frames for all who take part, as `WebSocketConnection.send` does for one. When refused,
  /// nobody was sent anything, nor closed.
  public func send(_ bytes: SharedBytes, frames: Int = 1, conflationKey: UInt64 = 0) -> SendOutcome {
    assert(loop.isCurrent, "outboxes belong to the loop's thread")
    let outcome = outbox.append(OutboxEntry(bytes, frames: frames), conflationKey: conflationKey)
    guard outcome != .refused, !isFlushRequested else { return outcome }
    isFlushRequested = true
    loop.flushAtEndOfTurn(self)
    return outcome
  }

  /// All leave.
  public func disband() {
    let all = streams
    for stream in all { stream._withUnsafeGuaranteedRef { $0.part() } }
  }

  /// A stream takes part from now on, and of nothing that waits already. Gives its place.
  func add(_ stream: SocketStream, _ descriptor: Int32) -> Int32 {
    flush()
    descriptors.append(descriptor)
    streams.append(Unmanaged.passUnretained(stream))
    return Int32(descriptors.count - 1)
  }

  /// The stream at a place leaves. Gives what waits for it.
  func remove(at place: Int32) -> Outbox {
    let (descriptor, stream, place) = (descriptors.removeLast(), streams.removeLast(), Int(place))
    if place < descriptors.count {
      // The last one takes the free place.
      descriptors[place] = descriptor
      streams[place] = stream
      stream._withUnsafeGuaranteedRef { $0.place = Int32(place) }
    }
    return outbox
  }

  func flush() {
    isFlushRequested = false
    guard !outbox.isEmpty else { return }
    let (size, waiting) = (outbox.queuedBytes, outbox)
    var short: [(stream: SocketStream, result: Socket.WriteResult)] = []
    outbox.withVectors { vectors in
      for (place, descriptor) in descriptors.enumerated() {
        let result = Socket.write(vectors, to: descriptor)
        if result != .wrote(size) { short.append((streams[place].takeUnretainedValue(), result)) }
      }
    }
    let whole = descriptors.count - short.count
    let progress = outbox.consume(size)
    counters.bytesSent.add(progress.bytes * whole)
    counters.framesSent.add(progress.frames * whole)
    for (stream, _) in short {
      _ = remove(at: stream.place)
      stream.part(with: waiting)
    }
    for (stream, result) in short { stream.goOn(after: result) }
  }
}
