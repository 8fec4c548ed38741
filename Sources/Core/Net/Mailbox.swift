/// Messages from any thread to one loop, delivered in batches in the order of posting.
public final class Mailbox<Message: Sendable>: Sendable {
  /// What has been posted and not delivered.
  ///
  /// Safe to share: messages wait behind the lock; the handler and the spare array are touched on the loop alone.
  private final class Tray: @unchecked Sendable {
    let waiting = Lock<[Message]>([])
    private let handler: ([Message]) -> Void
    private var spare: [Message] = []

    init(_ handler: @escaping ([Message]) -> Void) {
      self.handler = handler
    }

    func deliver() {
      var batch = spare
      spare = []
      waiting.withLock { swap(&$0, &batch) }
      handler(batch)
      batch.removeAll(keepingCapacity: true)
      spare = batch
    }
  }

  private let loop: EventLoop
  private let tray: Tray
  /// Made once, as a closure for each batch would be an object for each.
  private let deliver: @Sendable () -> Void

  /// The handler is called on the loop with all that came since its last call; it belongs to the loop from here on.
  public init(loop: EventLoop, handler: @escaping ([Message]) -> Void) {
    self.loop = loop
    let tray = Tray(handler)
    self.tray = tray
    deliver = { tray.deliver() }
  }

  /// Adds a message; any thread. Only the first one of a batch wakes the loop.
  public func post(_ message: Message) {
    let wasEmpty = tray.waiting.withLock { messages in
      messages.append(message)
      return messages.count == 1
    }
    if wasEmpty { loop.post(deliver) }
  }
}
