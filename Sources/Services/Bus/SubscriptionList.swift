/// Subscriptions, each of which knows its place: leaving costs the same in a list of any length.
struct SubscriptionList {
  private(set) var all: [ClientSubscription] = []

  mutating func append(_ subscription: ClientSubscription) {
    subscription.position = all.count
    all.append(subscription)
  }

  /// Takes out one that is in; the last one takes its place.
  mutating func remove(_ subscription: ClientSubscription) {
    let last = all.removeLast()
    if last !== subscription {
      all[subscription.position] = last
      last.position = subscription.position
    }
    subscription.position = -1
  }
}
