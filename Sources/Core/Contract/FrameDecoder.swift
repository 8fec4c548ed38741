public import Model
public import Wire

/// Turns the messages of one connection into events. Made anew with each connection, so it may keep what belongs to
/// it (merged deltas, a first message to skip) and loses it with the connection.
public protocol FrameDecoder {
  /// The list it finds instruments in; replaced when the list has been refreshed, so that a connection that is open
  /// understands what was listed later.
  var instruments: InstrumentCatalog { get set }
  /// Reads one whole message. Appends what it means to `buffer`, and counts there what it does not know.
  ///
  /// - Throws: what is wrong with the message and where; events already appended for it are taken back by the caller.
  mutating func decode(
    _ message: UnsafeRawBufferPointer, receiveTime: Timestamp, into buffer: inout EventBuffer
  ) throws(FrameError)
  /// Whether trades of an instrument must be read by this decoder even where their frame's layout is known, as what they
  /// mean depends on what came before. What it says holds until it has read a frame itself.
  func mustReadTrades(of instrument: Instrument) -> Bool
}

extension FrameDecoder {
  /// A frame means the same whatever came before it.
  public func mustReadTrades(of instrument: Instrument) -> Bool { false }
}

/// A message that is not what the exchange documents: counted and skipped, the stream goes on.
public struct FrameError: Error, Sendable, Equatable {
  /// The byte at which reading stopped.
  public let offset: Int
  /// What was expected there.
  public let reason: String

  /// An error at a byte.
  public init(offset: Int, reason: String) {
    self.offset = offset
    self.reason = reason
  }
}

/// What a message tells the session, apart from market data.
public enum SessionSignal: Sendable, Equatable {
  /// A subscribe or unsubscribe message of ours was taken.
  case acknowledged(request: Int)
  /// A subscribe or unsubscribe message of ours was refused; `request` is `nil` when the exchange does not say which.
  case refused(request: Int?, reason: String)
  /// The answer to a ping of ours.
  case pong
  /// The exchange is about to close the connection: connect anew now.
  case closingSoon
}

/// What one read of the socket decoded to: filled by a decoder, drained by the session, its memory kept.
public struct EventBuffer: Sendable {
  /// Market data, in the order of arrival.
  public var events: [MarketEvent] = []
  /// News for the session.
  public var signals: [SessionSignal] = []
  /// Messages, or parts of them, for an instrument the list does not have.
  public var unknownInstruments = 0
  /// Events left out on purpose (another product family on the same stream).
  public var leftOut = 0
  /// Computed or read values that do not fit the number type, and were given as none.
  public var unrepresentable = 0
  /// Members of messages that the decoder has no name for: the exchange has added them.
  public var unknownFields = 0
  /// Messages without any meaning for us: of a kind we have not asked for, or of none.
  public var unknownMessages = 0

  /// An empty buffer.
  public init() {}

  /// Empties it, keeping the memory.
  public mutating func removeAll() {
    events.removeAll(keepingCapacity: true)
    // As a rule there are none, and to remove none costs as much.
    if !signals.isEmpty { signals.removeAll(keepingCapacity: true) }
    unknownInstruments = 0
    leftOut = 0
    unrepresentable = 0
    unknownFields = 0
    unknownMessages = 0
  }

  /// Reads one whole message with `body`, and counts what is not known of it: members that were skipped as unknown, and
  /// the message itself when it left nothing here.
  public mutating func read(
    _ message: UnsafeRawBufferPointer, _ body: (inout JSONReader, inout EventBuffer) throws(JSONError) -> Void
  ) throws(FrameError) {
    let before = meanings
    do throws(JSONError) {
      var reader = JSONReader(message)
      try body(&reader, &self)
      try reader.expectEnd()
      unknownFields += reader.unknownCount
      if meanings == before { unknownMessages += 1 }
    } catch {
      throw FrameError(offset: error.offset, reason: error.reason)
    }
  }

  /// Everything a message can mean; grows with each that means something.
  private var meanings: Int { events.count + signals.count + unknownInstruments + leftOut + unrepresentable }
}
