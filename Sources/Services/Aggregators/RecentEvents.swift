public import Model

/// The newest events of one kind, up to a number: the oldest goes when one more comes. Pure; time is an argument.
public struct RecentEvents<Event: Sendable>: Sendable {
  private struct Entry: Sendable {
    let event: Event
    let received: Timestamp
  }

  /// The most events.
  public let limit: Int
  /// When the newest event that had to go was received: what came later is all here. `nil` while none had to go.
  public private(set) var forgottenUntil: Timestamp?
  private var ring: [Entry] = []
  private var oldest = 0

  /// No events, up to so many.
  public init(limit: Int) {
    self.limit = max(1, limit)
  }

  /// How many there are.
  public var count: Int { ring.count }

  /// Takes an event that was received at a time.
  public mutating func observe(_ event: Event, at time: Timestamp) {
    let entry = Entry(event: event, received: time)
    guard ring.count == limit else { return ring.append(entry) }
    forgottenUntil = max(forgottenUntil ?? .epoch, ring[oldest].received)
    ring[oldest] = entry
    oldest = (oldest + 1) % limit
  }

  /// Events that match, and how far back they are all of them.
  public struct Selection: Sendable {
    /// In the order they were received.
    public let events: [Event]
    /// No event that matches and was received after it is left out; `nil` where that is as far back as anything was observed.
    public let since: Timestamp?
  }

  /// The newest of those that match, so many at most. Looks no further back than it must.
  public func newest(_ count: Int, where matches: (Event) -> Bool) -> Selection {
    var found: [Entry] = []
    var back = 1
    while found.count < count, back <= ring.count {
      let entry = ring[(oldest + ring.count - back) % ring.count]
      if matches(entry.event) { found.append(entry) }
      back += 1
    }
    return Selection(
      events: found.reversed().map(\.event), since: found.count == count ? found.last?.received : forgottenUntil)
  }
}
