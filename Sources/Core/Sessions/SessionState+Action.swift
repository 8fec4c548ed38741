internal import Contract

extension SessionState {
  /// What the session must do, in order.
  enum Action: Equatable {
    case connect
    case send(SubscriptionVerb, [UpstreamTopic], request: Int)
    case ping
    case close(String)
    /// The data of these topics stopped: the connection that carried them is gone, or none is let in.
    case interrupted(Set<UpstreamTopic>, BreakCause)
    /// The exchange has confirmed topics whose data had stopped.
    case restored(Set<UpstreamTopic>)
    /// The exchange refused these topics by themselves.
    case refused([UpstreamTopic], reason: String)
    /// The exchange has confirmed topics for the first time since attempts failed: it is back.
    case returned
    /// An attempt ended before the exchange had said anything to the topics.
    case failed
    /// Another session is to take over, as this connection will be cut.
    case succeed(String)
    /// The session that was to be succeeded is over.
    case ended
  }

  enum Phase: Equatable {
    case idle
    case connecting
    case live(since: Int64)
    /// We asked for the close; its event is still to come.
    case closing
    case waiting(until: Int64)
    case stopped
  }
}
