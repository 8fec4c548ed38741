import Wire

/// Laws of a WebSocket connection over any bytes, in both roles: events and output do not depend on how the bytes are
/// cut, a message is never longer than the limit and its text is UTF-8, nothing follows a last event, and what one role
/// sends the other reads.
///
/// The first byte is the size of the pieces; the rest is the stream.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWebSocket(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 0 else { return 0 }
  let pieceSize = max(1, Int(start[0]))
  let stream = UnsafeRawBufferPointer(start: start + 1, count: count - 1)
  for compression in agreements {
    for role in [WebSocketRole.client, .server] {
      let whole = read(stream, pieceSize: max(1, stream.count), as: role, compression)
      precondition(whole == read(stream, pieceSize: pieceSize, as: role, compression), "the cut changes the events")
      precondition(whole == read(stream, pieceSize: 1, as: role, compression), "single bytes change the events")
      checkOutput(whole.output, of: role)
    }
    checkRoundTrip(stream, compression)
  }
  return 0
}

/// Small enough for a fuzzer to reach them.
private let limits = WebSocketLimits(maxMessageBytes: 300, maxFragments: 4, messagesPerSecond: 6, retainedBytes: 64)

/// Without compression, with it and no context, with contexts that are kept.
private let agreements: [WebSocketCompressionTerms?] = [
  nil, WebSocketCompressionTerms(server: .init(keepsContext: false), client: .init(keepsContext: false)),
  WebSocketCompressionTerms(
    server: .init(keepsContext: true, windowBits: 9), client: .init(keepsContext: true, windowBits: 9)),
]

private struct Reading: Equatable {
  struct Record: Equatable {
    let event: WebSocketConnectionState.Event
    let message: [UInt8]
  }

  var records: [Record] = []
  var output: [UInt8] = []
  var isClosed = false
}

private func connection(
  _ role: WebSocketRole, limits: WebSocketLimits = limits, _ compression: WebSocketCompressionTerms? = nil
) -> WebSocketConnectionState {
  WebSocketConnectionState(role: role, limits: limits, compression: compression) { 0x37fa_213d }
}

private func read(
  _ stream: UnsafeRawBufferPointer, pieceSize: Int, as role: WebSocketRole, _ compression: WebSocketCompressionTerms?
) -> Reading {
  var state = connection(role, compression)
  var reading = Reading()
  for from in stride(from: 0, to: stream.count, by: pieceSize) {
    state.append(UnsafeRawBufferPointer(rebasing: stream[from..<min(from + pieceSize, stream.count)]))
    while let event = state.nextEvent(nowMilliseconds: 0) {
      precondition(!reading.isClosed, "an event after the last")
      let message = state.withMessage { Array($0) }
      precondition(message.count <= limits.maxMessageBytes, "a message above the limit")
      if event == .text { precondition(String(validating: message, as: UTF8.self) != nil, "text that is not UTF-8") }
      reading.records.append(Reading.Record(event: event, message: message))
      reading.isClosed = state.isClosed
    }
  }
  reading.output = state.takeOutput()
  return reading
}

/// Our replies are frames that the other side takes.
private func checkOutput(_ output: [UInt8], of role: WebSocketRole) {
  var peer = connection(role == .client ? .server : .client, limits: WebSocketLimits(maxMessageBytes: 0))
  output.withUnsafeBytes { peer.append($0) }
  while let event = peer.nextEvent(nowMilliseconds: 0) {
    switch event {
    case .pong, .closed: continue
    case .ping, .text, .binary, .failed: preconditionFailure("our reply is refused")
    }
  }
}

private func checkRoundTrip(_ payload: UnsafeRawBufferPointer, _ compression: WebSocketCompressionTerms?) {
  for role in [WebSocketRole.client, .server] {
    let open = WebSocketLimits(maxMessageBytes: payload.count, maxInflationRatio: 2000)
    var sender = connection(role, limits: open, compression)
    var receiver = connection(role == .client ? .server : .client, limits: open, compression)
    sender.send(binary: payload)
    sender.sendPing(Array(payload))
    sender.takeOutput().withUnsafeBytes { receiver.append($0) }
    precondition(receiver.nextEvent(nowMilliseconds: 0) == .binary, "our message is refused")
    precondition(receiver.withMessage { $0.elementsEqual(payload) }, "our message came changed")
    precondition(receiver.nextEvent(nowMilliseconds: 0) == .ping(Array(payload.prefix(125))), "our ping came changed")
    precondition(receiver.nextEvent(nowMilliseconds: 0) == nil, "an event of nothing")
  }
}
