public import Model

/// Something kept by the minute, for the last so many minutes; minutes in which nothing happened take no room. Pure; time is
/// an argument.
public struct RollingWindow<Bucket: Sendable>: Sendable {
  private struct Minute: Sendable {
    let number: Int64
    var bucket: Bucket
  }

  /// In ascending order.
  private var minutes: [Minute] = []

  /// Nothing yet.
  public init() {}

  /// Minutes there is something of.
  public var count: Int { minutes.count }

  /// The minute that holds an instant, counted from 1970.
  public static func minute(of time: Timestamp) -> Int64 { time.milliseconds / 60_000 }

  /// The instant a minute begins.
  public static func start(ofMinute minute: Int64) -> Timestamp {
    Timestamp(microseconds: minute * 60_000_000)
  }

  /// Whether there is something of a minute.
  public func holds(_ minute: Int64) -> Bool {
    let place = place(of: minute)
    return place < minutes.count && minutes[place].number == minute
  }

  /// Changes what is kept of a minute; `empty` where there is nothing yet.
  public mutating func update(_ minute: Int64, empty: Bucket, _ change: (inout Bucket) -> Void) {
    let place = place(of: minute)
    if place == minutes.count || minutes[place].number != minute {
      minutes.insert(Minute(number: minute, bucket: empty), at: place)
    }
    change(&minutes[place].bucket)
  }

  /// Drops what is older than a minute.
  public mutating func drop(before minute: Int64) {
    minutes.removeFirst(place(of: minute))
  }

  /// Folds what is kept from a minute on.
  public func fold<Result>(from minute: Int64, into result: inout Result, _ add: (inout Result, Bucket) -> Void) {
    for kept in minutes[place(of: minute)...] { add(&result, kept.bucket) }
  }

  /// Where a minute stands, or would: looked for from the end, as what comes is of now.
  private func place(of minute: Int64) -> Int {
    var place = minutes.count
    while place > 0, minutes[place - 1].number >= minute { place -= 1 }
    return place
  }
}
