/// Messages from any thread to one loop, delivered in batches in the order of posting.
///
/// Safe to share: messages wait behind the lock; the handler and the spare array are touched on the loop alone.
public final class Mailbox<Message: Sendable>: @unchecked Sendable {
  private let loop: EventLoop
  private let waiting = Lock<[Message]>([])
  private let handler: ([Message]) -> Void
  private var spare: [Message] = []

  /// The handler is called on the loop with all that came since its last call; it belongs to the loop from here on.
  public init(loop: EventLoop, handler: @escaping ([Message]) -> Void) {
    self.loop = loop
    self.handler = handler
  }

  /// Adds a message; any thread. Only the first one of a batch wakes the loop.
  public func post(_ message: Message) {
    let wasEmpty = waiting.withLock { messages in
      messages.append(message)
      return messages.count == 1
    }
    if wasEmpty { loop.post { self.deliver() } }
  }

  private func deliver() {
    var batch = spare
    spare = []
    waiting.withLock { swap(&$0, &batch) }
    handler(batch)
    batch.removeAll(keepingCapacity: true)
    spare = batch
  }
}
