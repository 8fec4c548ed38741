internal import Contract
internal import Net
internal import PublicJSON
internal import Services
internal import Sessions

/// A `subscribe` that has not been answered.
final class PendingSubscribe {
  let id: [UInt8]?
  /// What is waited for; `nil` while symbols are looked up.
  var state: SubscribeState?

  init(id: [UInt8]?) {
    self.id = id
  }
}

extension MultiplexClient {
  /// Opens streams: refuses what cannot be, looks up what is not known, then joins all that is left at once.
  func subscribe(_ streams: [String], since points: [String: ResumePoint], id: [UInt8]?) {
    let pending = PendingSubscribe(id: id)
    var opening: [MultiplexSubscription] = []
    for stream in streams {
      do throws(APIError) {
        opening.append(try open(stream, since: points[stream], pending))
      } catch {
        refuse(error, id: id, argument: stream)
      }
    }
    let named = Set(streams)
    for stream in points.keys.sorted() where !named.contains(stream) {
      refuse(APIError(.invalidParameter, "since names a stream that args do not"), id: id, argument: stream)
    }
    let questions = opening.compactMap(\.question)
    guard !questions.isEmpty else { return join(opening, pending) }
    lookUp(questions) { [self] answers in
      for (subscription, answer) in zip(opening.filter({ $0.question != nil }), answers)
      where isOpen(subscription) {
        switch answer {
        case .success(let match): subscription.found(match)
        case .failure(let error):
          subscriptions[subscription.stream] = nil
          refuse(error, id: id, argument: subscription.stream)
        }
      }
      join(opening, pending)
    }
  }

  /// Asks for fresh lists, and comes back to the loop.
  func lookUp(_ questions: [SymbolQuestion], then body: @escaping ([SymbolAnswer]) -> Void) {
    let (loop, lookup) = (connection.loop, desk.lookup)
    let deadline = desk.clock.monotonicMilliseconds + desk.limits.lookupMilliseconds
    let body = LoopBound(body, loop: loop)
    Task {
      let answers = await lookup.answers(questions, deadline: deadline)
      loop.post { body.value(answers) }
    }
  }

  /// A place among the client's subscriptions, for a stream that can be.
  private func open(
    _ stream: String, since: ResumePoint?, _ pending: PendingSubscribe
  ) throws(APIError) -> MultiplexSubscription {
    guard subscriptions[stream] == nil else {
      throw APIError(.alreadySubscribed, "this stream is open; unsubscribe from it first")
    }
    guard streamCount < desk.limits.subscriptions else {
      throw APIError(.tooManySubscriptions, "a client has at most \(desk.limits.subscriptions) subscriptions")
    }
    let target = try desk.names.target(stream)
    let subscription = MultiplexSubscription(
      stream, number: nextNumber(), target: target, since: since, pending: pending, client: self)
    if case .stream(let request) = target {
      try subscription.find(with: desk.lookup, request)
    }
    subscriptions[stream] = subscription
    return subscription
  }

  private func isOpen(_ subscription: MultiplexSubscription) -> Bool {
    !isClosed && subscriptions[subscription.stream] === subscription
  }

  private func join(_ opening: [MultiplexSubscription], _ pending: PendingSubscribe) {
    guard !isClosed else { return }
    let joining = opening.filter(isOpen)
    guard !joining.isEmpty else { return send(MultiplexEncoding.subscribed(id: pending.id, [])) }
    pending.state = SubscribeState(joining.map(\.stream), heldLimit: desk.limits.heldEvents)
    for subscription in joining { subscription.join() }
  }

  // MARK: The answer

  func joined(_ subscription: MultiplexSubscription, _ standing: TopicStanding) {
    answer(subscription.pending?.state?.join(subscription.stream, standing), subscription.pending)
  }

  func held(_ subscription: MultiplexSubscription) {
    answer(subscription.pending?.state?.hold(), subscription.pending)
  }

  /// The subscription has gone before its command was answered.
  func withdraw(_ subscription: MultiplexSubscription) {
    answer(subscription.pending?.state?.withdraw(subscription.stream), subscription.pending)
  }

  private func answer(_ streams: [JoinedStream]?, _ pending: PendingSubscribe?) {
    guard let streams, let pending else { return }
    send(MultiplexEncoding.subscribed(id: pending.id, streams))
    for joined in streams { subscriptions[joined.stream]?.release() }
  }
}
