internal import Services
internal import Wire

/// Reads a client's text message. What is wrong in it is noted and passed over, so that the id is known to whoever tells
/// the client; only a text that is no JSON has none.
struct MultiplexMessageReader {
  /// Epochs and numbers are below this, as a browser reads numbers as binary doubles.
  static let numbers: Range<Int64> = 0..<(1 << 53)

  private let limits: MultiplexLimits
  private var json: JSONReader
  private var fault: APIError?
  private var id: [UInt8]?
  private var operation: String?
  private var arguments: [String]?
  private var points: [String: ResumePoint] = [:]
  private var exchange: String?
  private var symbols: [String]?
  private var contractType: String?
  private var limit: Int64?

  private init(_ text: UnsafeRawBufferPointer, _ limits: MultiplexLimits) {
    json = JSONReader(text)
    self.limits = limits
  }

  /// The message of a text.
  static func read(
    _ text: UnsafeRawBufferPointer, limits: MultiplexLimits
  ) throws(MultiplexFault) -> MultiplexMessage {
    var reader = MultiplexMessageReader(text, limits)
    do throws(JSONError) {
      try reader.readMembers()
    } catch {
      let detail = "the message is no JSON object: \(error.reason) at byte \(error.offset)"
      throw MultiplexFault(id: nil, error: APIError(.badRequest, detail))
    }
    do throws(APIError) {
      return try reader.message()
    } catch {
      throw MultiplexFault(id: reader.id, error: error)
    }
  }

  private func message() throws(APIError) -> MultiplexMessage {
    if let fault { throw fault }
    if let operation { return .command(MultiplexCommand(id: id, operation: try command(operation))) }
    guard exchange != nil || symbols != nil else { throw APIError(.badRequest, "op is missing") }
    return .quotes(
      try QuoteRequest(
        exchange: exchange, symbols: symbols, contractType: contractType, limit: limit, limits: limits))
  }

  private func command(_ name: String) throws(APIError) -> MultiplexCommand.Operation {
    switch name {
    case "subscribe": return .subscribe(try streams(), since: points)
    case "unsubscribe": return .unsubscribe(try streams())
    case "list": return .list
    case "ping": return .ping
    default:
      throw APIError(
        .unknownOperation,
        "op '\(name.prefix(limits.idBytes))' is not known; available: "
          + "subscribe, unsubscribe, list, ping")
    }
  }

  private func streams() throws(APIError) -> [String] {
    guard let arguments, !arguments.isEmpty else { throw APIError(.badRequest, "args are missing") }
    guard arguments.count <= limits.arguments else {
      throw APIError(.invalidParameter, "a command names at most \(limits.arguments) streams")
    }
    return arguments
  }

  // MARK: Members

  private mutating func readMembers() throws(JSONError) {
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "op": operation = try text("op")
      case "id": id = try scalar()
      case "args": arguments = try list("args")
      case "since": try readPoints()
      case "exchange": exchange = try text("exchange")
      case "symbols": symbols = try list("symbols")
      case "contract_type": contractType = try text("contract_type")
      case "limit": limit = try number("limit")
      default: try json.skipValue()
      }
    }
    try json.expectEnd()
  }

  /// The first fault is told.
  private mutating func note(_ detail: String) {
    if fault == nil { fault = APIError(.badRequest, detail) }
  }

  private mutating func text(_ name: StaticString) throws(JSONError) -> String? {
    if try json.readNull() { return nil }
    if try json.peek() == .string { return try json.readText().string }
    try json.skipValue()
    note("\(name) must be a string")
    return nil
  }

  private mutating func number(_ name: StaticString) throws(JSONError) -> Int64? {
    if try json.readNull() { return nil }
    let value = try json.rawValue()
    var own = JSONReader(value)
    if let number = try? own.readInt64() { return number }
    note("\(name) must be a whole number")
    return nil
  }

  private mutating func scalar() throws(JSONError) -> [UInt8]? {
    let kind = try json.peek()
    let value = try json.rawValue()
    guard kind != .object, kind != .array, value.count <= limits.idBytes else {
      note("id must be a string, a number, a bool or null, of at most \(limits.idBytes) bytes")
      return nil
    }
    return Array(value)
  }

  /// One string more than are allowed is kept, so that their number is seen to be too large.
  private mutating func list(_ name: StaticString) throws(JSONError) -> [String]? {
    if try json.readNull() { return nil }
    guard try json.peek() == .array else {
      try json.skipValue()
      note("\(name) must be a list of strings")
      return nil
    }
    var texts: [String] = []
    try json.beginArray()
    while try json.nextElement() {
      if try json.peek() == .string, texts.count <= limits.arguments {
        texts.append(try json.readText().string)
      } else {
        if try json.peek() != .string { note("\(name) must be a list of strings") }
        try json.skipValue()
      }
    }
    return texts
  }

  // MARK: Points

  private mutating func readPoints() throws(JSONError) {
    if try json.readNull() { return }
    guard try json.peek() == .object else {
      try json.skipValue()
      return note("since must be an object")
    }
    try json.beginObject()
    while let key = try json.nextKey() {
      guard points.count < limits.arguments else {
        try json.skipValue()
        note("since names at most \(limits.arguments) streams")
        continue
      }
      let stream = key.string
      points[stream] = try point()
    }
  }

  private mutating func point() throws(JSONError) -> ResumePoint? {
    guard try json.peek() == .object else {
      try json.skipValue()
      note("since must name a point {\"epoch\":number,\"seq\":number} for each stream")
      return nil
    }
    var (epoch, sequence): (Int64?, Int64?)
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "epoch": epoch = try number("epoch")
      case "seq": sequence = try number("seq")
      default: try json.skipValue()
      }
    }
    guard let epoch, let sequence, Self.numbers.contains(epoch), Self.numbers.contains(sequence) else {
      note("since must name a point {\"epoch\":number,\"seq\":number} for each stream, both from 0 to 2^53 - 1")
      return nil
    }
    return ResumePoint(epoch: UInt64(epoch), sequence: UInt64(sequence))
  }
}
