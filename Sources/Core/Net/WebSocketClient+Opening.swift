internal import Wire

/// From the connected socket to the open WebSocket.
extension WebSocketClient {
  func dialed(_ outcome: WebSocketClientDialer.Outcome) {
    guard phase == .dialing, let url else { return }
    switch outcome {
    case .failed(let closure):
      finish(closure.cause, closure.reason)
    case .connected(let descriptor):
      self.descriptor = descriptor
      let events: LoopEvents = [.readable, .writable, .peerClosed, .edgeTriggered]
      guard loop.watch(descriptor, events, { [self] in ready($0) }) else {
        self.descriptor = -1
        return finish(.connect, "the loop takes no more sockets")
      }
      if url.isSecure { secure(url) } else { startUpgrade(over: .plain(descriptor: descriptor)) }
    }
  }

  private func secure(_ url: WebSocketClientURL) {
    do throws(TLSFault) {
      let context = try TLSContext.trusting(caFile: options.caFile)
      let stream = try TLSStream(
        context, descriptor: descriptor, server: TLSSessions.Server(host: url.host, port: url.port),
        isAddress: url.hostKind != .name)
      phase = .securing
      transport = .secure(stream)
      advanceHandshake()
    } catch {
      finish(.tls, error.reason)
    }
  }

  /// Goes on with the TLS handshake when the socket is ready, for reading or writing.
  func advanceHandshake() {
    guard case .secure(let stream) = transport else { return }
    switch stream.handshake() {
    case .wouldBlock: break
    case .done: startUpgrade(over: .secure(stream))
    case .broken(let reason): finish(.broken, reason)
    case .refused(let reason): finish(.tls, reason)
    }
  }

  private func startUpgrade(over transport: WebSocketClientTransport) {
    guard let url else { return }
    let upgrade = WebSocketClientUpgradeState(
      url: url, key: WebSocketClientRandom.handshakeKey(), headers: options.headers,
      compression: options.compression)
    self.transport = transport
    self.upgrade = upgrade
    phase = .upgrading
    guard outbox.append(upgrade.request) else { return finish(.broken, "the outbox has no room for the handshake") }
    flush()
    // What TLS has read ahead brings no readiness of its own.
    readTurn()
  }

  /// Bytes of the answer; frames may follow in the same read.
  func receiveUpgrade(_ bytes: UnsafeRawBufferPointer) {
    switch upgrade?.receive(bytes) {
    case .waitForMore, nil: break
    case .fail(let closure): finish(closure.cause, closure.reason)
    case .open(let compression, let remainder):
      upgrade = nil
      if compression != nil {
        connection = WebSocketConnectionState(role: .client, limits: options.limits, compression: compression) {
          WebSocketClientRandom.maskKey()
        }
      }
      phase = .open
      deadline?.cancel()
      deadline = nil
      delegate?.opened()
      remainder.withUnsafeBytes { connection.append($0) }
    }
  }
}
