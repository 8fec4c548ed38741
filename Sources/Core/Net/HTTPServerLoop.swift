internal import Wire

/// A connection as its server sees it.
protocol HTTPServerMember: AnyObject {
  /// Finish what is under way, begin nothing, and end.
  func drain()
  /// End now.
  func abort()
}

/// What one loop has of a server: its listener and its connections. Loop-confined.
final class HTTPServerLoop {
  private struct Entry {
    var member: any HTTPServerMember
    let client: ClientAddress
  }

  let loop: EventLoop
  let options: HTTPServerOptions
  let handler: HTTPHandler
  let counters: HTTPServerCounters
  private let httpStreams: SocketStream.SharedOptions
  let webSocketStreams: SocketStream.SharedOptions
  private let slots: ConnectionSlots
  /// What new clients are shown; those there are keep what they began with.
  var tls: TLSServerContext?
  private let addresses: ConnectionsPerAddress
  private var listener: Listener?
  private var members: [ObjectIdentifier: Entry] = [:]
  // Without the check of exclusive access: docs/decisions/0023.
  @exclusivity(unchecked) private var requestIDs = RequestIDs()
  /// Answers that hold for the same bytes of a request.
  let repeats = RepeatMemory()
  private var dateSecond: Int64 = -1
  private var dateText = ""
  private(set) var isDraining = false
  private var onEmpty: (() -> Void)?
  private var cut: LoopTimer?

  init(
    loop: EventLoop, options: HTTPServerOptions, counters: HTTPServerCounters, slots: ConnectionSlots,
    addresses: ConnectionsPerAddress, handler: @escaping HTTPHandler
  ) {
    self.loop = loop
    self.options = options
    self.counters = counters
    self.slots = slots
    self.addresses = addresses
    var streams = SocketStream.Options()
    streams.writeStallMilliseconds = options.writeStallMilliseconds
    streams.lingerMilliseconds = options.lingerMilliseconds
    streams.handshakeMilliseconds = options.tlsHandshakeMilliseconds
    httpStreams = SocketStream.SharedOptions(streams)
    streams.outboxBytes = options.webSocket.outboxBytes
    streams.writeStallMilliseconds = options.webSocket.writeStallMilliseconds
    webSocketStreams = SocketStream.SharedOptions(streams)
    self.handler = handler
    tls = options.tls
  }

  // MARK: Accepting

  func listen(_ socket: Socket) {
    guard !isDraining else { return }
    let listener = Listener(
      socket, loop: loop, slots: slots, retryMilliseconds: options.acceptRetryMilliseconds,
      onAccept: { self.accept($0, $1) },
      onPause: { self.counters.acceptPauses.add(1) })
    self.listener = listener
    listener.start()
  }

  func stopAccepting() {
    listener?.stop()
    listener = nil
  }

  private func accept(_ socket: Socket, _ address: SocketAddress) {
    let client = address.client
    guard addresses.enter(client) else {
      // Without a word: an answer would cost more than the connection, and the client may not even speak HTTP.
      counters.connectionsRefused.add(1)
      return slots.free()
    }
    // OpenSSL fails here only for want of memory.
    let secret = tls.flatMap { try? TLSServerStream($0) }
    let stream = SocketStream(socket, loop: loop, options: httpStreams, tls: secret)
    let connection = HTTPServerConnection(stream, peer: address, server: self)
    guard tls == nil || secret != nil, stream.start(connection) else {
      addresses.leave(client)
      return slots.free()
    }
    counters.connectionsAccepted.add(1)
    counters.connectionsOpen.add(1)
    members[ObjectIdentifier(stream)] = Entry(member: connection, client: client)
    connection.begin()
  }

  // MARK: Connections

  /// The stream speaks another protocol from here on.
  func replaceMember(of stream: SocketStream, by member: any HTTPServerMember) {
    members[ObjectIdentifier(stream)]?.member = member
    if isDraining { member.drain() }
  }

  func closed(_ stream: SocketStream) {
    guard let entry = members.removeValue(forKey: ObjectIdentifier(stream)) else { return }
    counters.connectionsOpen.add(-1)
    addresses.leave(entry.client)
    slots.free()
    listener?.roomAppeared()
    if members.isEmpty { finishDrain() }
  }

  func nextRequestID() -> String { requestIDs.next() }

  /// The value of `Date`, made once a second.
  func date() -> String {
    let second = options.clock() / 1_000_000
    if second != dateSecond {
      dateSecond = second
      dateText = HTTPDate.text(secondsSince1970: second)
    }
    return dateText
  }

  // MARK: Draining

  /// Ends all connections, gently until the time is over; calls back when none is left.
  func drain(milliseconds: Int64, _ done: @escaping () -> Void) {
    let earlier = onEmpty
    onEmpty = {
      earlier?()
      done()
    }
    isDraining = true
    stopAccepting()
    for entry in Array(members.values) { entry.member.drain() }
    guard !members.isEmpty else { return finishDrain() }
    cut?.cancel()
    cut = loop.schedule(afterMilliseconds: milliseconds) { [weak self] in self?.abortAll() }
  }

  private func abortAll() {
    for entry in Array(members.values) { entry.member.abort() }
  }

  private func finishDrain() {
    cut?.cancel()
    cut = nil
    let done = onEmpty
    onEmpty = nil
    done?()
  }
}

/// Names for requests: a random start a loop, then a count, so that they do not meet in one log.
struct RequestIDs {
  private static let seedDigits = 8
  private static let fewestDigits = 6

  private let seed: UInt32
  private var count: UInt64

  /// Goes on after so many.
  init(seed: UInt32 = .random(in: .min ... .max), after count: UInt64 = 0) {
    self.seed = seed
    self.count = count
  }

  mutating func next() -> String {
    count &+= 1
    let digits = max(RequestIDs.fewestDigits, (UInt64.bitWidth - count.leadingZeroBitCount + 3) / 4)
    let start = RequestIDs.seedDigits + 1
    return String(unsafeUninitializedCapacity: start + digits) { bytes in
      RequestIDs.writeHex(UInt64(seed), digits: RequestIDs.seedDigits, to: bytes, endingAt: RequestIDs.seedDigits)
      bytes[RequestIDs.seedDigits] = UInt8(ascii: "-")
      RequestIDs.writeHex(count, digits: digits, to: bytes, endingAt: start + digits)
      return start + digits
    }
  }

  private static func writeHex(
    _ value: UInt64, digits: Int, to bytes: UnsafeMutableBufferPointer<UInt8>, endingAt end: Int
  ) {
    var rest = value
    for place in 1...digits {
      let digit = UInt8(truncatingIfNeeded: rest & 15)
      bytes[end - place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
      rest >>= 4
    }
  }
}
