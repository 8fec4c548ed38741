import Testing
import Wire

/// Runs a connection over bytes cut in every way, and writes frames byte for byte as RFC 6455 §5.2 draws them.
enum WebSocketFeed {
  /// An event with its message.
  enum Record: Equatable {
    case text(String)
    case binary([UInt8])
    case other(WebSocketConnectionState.Event)

    static func ping(_ payload: [UInt8]) -> Record { .other(.ping(payload)) }
    static func pong(_ payload: [UInt8]) -> Record { .other(.pong(payload)) }
    static func closed(_ code: WebSocketCloseCode, _ reason: String = "") -> Record {
      .other(.closed(code, reason: reason))
    }
    static func failed(_ code: WebSocketCloseCode, _ reason: String) -> Record { .other(.failed(code, reason: reason)) }
  }

  /// The key of the RFC's examples (§5.7).
  static let key: UInt32 = 0x37fa_213d
  /// Nothing is refused for its size or number.
  static let open = WebSocketLimits(maxMessageBytes: 1 << 40, maxFragments: 1 << 40)

  static func state(
    _ role: WebSocketRole, limits: WebSocketLimits = open, compression: WebSocketCompressionTerms? = nil
  ) -> WebSocketConnectionState {
    WebSocketConnectionState(role: role, limits: limits, compression: compression) { key }
  }

  // MARK: Frames

  /// A client's frame, masked with the RFC's key: `first` is the byte of FIN, the reserved bits and the opcode.
  static func masked(_ first: UInt8, _ payload: [UInt8] = []) -> [UInt8] {
    let keyBytes: [UInt8] = [0x37, 0xfa, 0x21, 0x3d]
    var frame = plain(first, payload)
    frame.removeLast(payload.count)
    frame[1] |= 0x80
    return frame + keyBytes + payload.enumerated().map { $1 ^ keyBytes[$0 % 4] }
  }

  static func masked(_ first: UInt8, _ text: String) -> [UInt8] { masked(first, Array(text.utf8)) }

  /// A server's frame.
  static func plain(_ first: UInt8, _ payload: [UInt8] = []) -> [UInt8] {
    let count = payload.count
    if count < 126 { return [first, UInt8(count)] + payload }
    let bigEndian = (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - $0 * 8)) }
    return count < 65536 ? [first, 126] + bigEndian.suffix(2) + payload : [first, 127] + bigEndian + payload
  }

  static func plain(_ first: UInt8, _ text: String) -> [UInt8] { plain(first, Array(text.utf8)) }

  /// A close frame's payload.
  static func close(_ code: UInt16, _ reason: String = "") -> [UInt8] {
    [UInt8(code >> 8), UInt8(code & 0xff)] + Array(reason.utf8)
  }

  // MARK: Running

  /// Appends one piece and takes what it gives.
  static func feed(
    _ piece: some Sequence<UInt8>, to state: inout WebSocketConnectionState, now: Int64 = 0
  ) -> [Record] {
    Array(piece).withUnsafeBytes { state.append($0) }
    var records: [Record] = []
    while let event = state.nextEvent(nowMilliseconds: now) {
      switch event {
      case .text: records.append(.text(state.withMessage { String(decoding: $0, as: UTF8.self) }))
      case .binary: records.append(.binary(state.withMessage { Array($0) }))
      default: records.append(.other(event))
      }
    }
    return records
  }

  /// The events and the output of a new connection over these pieces.
  static func run(
    _ pieces: [[UInt8]], as role: WebSocketRole, limits: WebSocketLimits = open,
    compression: WebSocketCompressionTerms? = nil
  ) -> (records: [Record], output: [UInt8]) {
    var state = state(role, limits: limits, compression: compression)
    let records = pieces.flatMap { feed($0, to: &state) }
    return (records, state.takeOutput())
  }

  static func pieces(_ bytes: [UInt8], of size: Int) -> [[UInt8]] {
    stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
  }

  /// Expects the same of the bytes whole, byte by byte, and cut in two at every place.
  static func expect(
    _ bytes: [UInt8], to role: WebSocketRole, limits: WebSocketLimits = open,
    compression: WebSocketCompressionTerms? = nil, give records: [Record],
    output: [UInt8] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let splits = bytes.indices.dropFirst().map { [Array(bytes[..<$0]), Array(bytes[$0...])] }
    for cut in [[bytes], pieces(bytes, of: 1)] + splits {
      let got = run(cut, as: role, limits: limits, compression: compression)
      let sizes = cut.count == bytes.count ? "single bytes" : "\(cut.map(\.count))"
      #expect(got.records == records, "cut into \(sizes)", sourceLocation: sourceLocation)
      #expect(got.output == output, "cut into \(sizes)", sourceLocation: sourceLocation)
      guard got.records == records, got.output == output else { return }
    }
  }

  /// Expects a failure after `before`, and the close frame that says it, without a mask as a server sends it.
  static func expectFailure(
    _ bytes: [UInt8], limits: WebSocketLimits = open, compression: WebSocketCompressionTerms? = nil,
    after before: [Record] = [], _ code: WebSocketCloseCode, _ reason: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expect(
      bytes, to: .server, limits: limits, compression: compression, give: before + [.failed(code, reason)],
      output: plain(0x88, close(code.number, reason)), sourceLocation: sourceLocation)
  }
}
