import Net

/// What can be made to go wrong at a recorded exchange. Safe to use from any thread; each switch holds from the next
/// frame or request on.
public struct RecordedFaults: Sendable {
  /// A fault of the next REST requests.
  enum Answer: Sendable, Equatable {
    case body(status: Int, headers: [HeaderField], body: [UInt8])
    /// The right answer, cut in half; its length is that of the half.
    case truncated
    /// The right answer under the header of a compression it does not have: broken for the client's transport.
    case undecodable
    /// No answer.
    case silence
  }

  /// A header field.
  struct HeaderField: Sendable, Equatable {
    let name: String
    let value: String
  }

  /// Something to be done to the sockets there are.
  enum Order: Sendable, Equatable {
    case cut
    case close(code: UInt16)
    case text(String)
    case forget(topic: String)
  }

  /// The switches that stand.
  struct State: Sendable {
    var isStalled = false
    private var answers: [(answer: Answer, count: Int)] = []
    private var refusals: [(status: Int, count: Int)] = []

    mutating func add(_ answer: Answer, count: Int) {
      if count > 0 { answers.append((answer, count)) }
    }

    mutating func refuseSockets(status: Int, count: Int) {
      if count > 0 { refusals.append((status, count)) }
    }

    /// The fault of the next REST request, which it uses up.
    mutating func takeAnswer() -> Answer? {
      guard let first = answers.first else { return nil }
      answers[0].count -= 1
      if answers[0].count == 0 { answers.removeFirst() }
      return first.answer
    }

    /// The status the next socket is refused with, which it uses up.
    mutating func takeRefusal() -> Int? {
      guard let first = refusals.first else { return nil }
      refusals[0].count -= 1
      if refusals[0].count == 0 { refusals.removeFirst() }
      return first.status
    }
  }

  let state: Lock<State>
  private let obey: @Sendable (Order) -> Void

  init(_ state: Lock<State> = Lock(State()), obey: @escaping @Sendable (Order) -> Void) {
    self.state = state
    self.obey = obey
  }

  /// Cuts every socket, without a close frame.
  public func cutAll() { obey(.cut) }

  /// Closes every socket with a close frame.
  public func closeAll(code: UInt16 = 1000) { obey(.close(code: code)) }

  /// Sends every socket a text that is no JSON, or the text given.
  public func garbageFrame(_ text: String = #"{"stream":"garbage","data":{"#) { obey(.text(text)) }

  /// While on, topics are silent; what they would have sent is lost. Pings and acknowledgements go on.
  public func stall(_ isOn: Bool) { state.withLock { $0.isStalled = isOn } }

  /// Forgets who is subscribed to a topic, without a word: it is silent until it is unsubscribed and subscribed again.
  public func forget(topic: String) { obey(.forget(topic: topic)) }

  /// The next REST requests get this answer. Requests to come are answered by one switch after the other.
  public func answerREST(
    status: Int, headers: [(name: String, value: String)] = [], body: String = "", count: Int = 1
  ) {
    let fields = headers.map { HeaderField(name: $0.name, value: $0.value) }
    state.withLock { $0.add(.body(status: status, headers: fields, body: Array(body.utf8)), count: count) }
  }

  /// The next REST requests get a page for people instead of data.
  public func htmlPage(status: Int = 200, count: Int = 1) {
    let page = "<!DOCTYPE html><html><head><title>Attention</title></head><body>Please wait.</body></html>"
    answerREST(status: status, headers: [("Content-Type", "text/html")], body: page, count: count)
  }

  /// The next REST requests get the first half of their answer.
  public func truncate(count: Int = 1) { state.withLock { $0.add(.truncated, count: count) } }

  /// The next REST requests get an answer that says it is compressed, and is not.
  public func garbleEncoding(count: Int = 1) { state.withLock { $0.add(.undecodable, count: count) } }

  /// The next REST requests get no answer.
  public func hang(count: Int = 1) { state.withLock { $0.add(.silence, count: count) } }

  /// The next sockets are refused with this status.
  public func refuseSockets(status: Int = 503, count: Int = 1) {
    state.withLock { $0.refuseSockets(status: status, count: count) }
  }

  /// All is well again.
  public func clear() { state.withLock { $0 = State() } }
}
