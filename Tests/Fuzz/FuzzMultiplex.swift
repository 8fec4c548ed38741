import Services
import Wire

/// Laws of the reader of `/ws` commands over any bytes: what it accepts is within the limits, what it repeats to the client
/// is JSON, and a fault has words.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMultiplex(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start else { return 0 }
  var limits = MultiplexLimits()
  // Small enough for a fuzzer to reach them.
  limits.arguments = 4
  limits.idBytes = 16
  let text = UnsafeRawBufferPointer(start: start, count: count)
  do throws(MultiplexFault) {
    switch try MultiplexMessageReader.read(text, limits: limits) {
    case .command(let command): check(command, limits)
    case .quotes(let request): check(request, limits)
    }
  } catch {
    precondition(!error.error.sentence.isEmpty, "a fault without words")
    check(id: error.id, limits)
  }
  return 0
}

private func check(_ command: MultiplexCommand, _ limits: MultiplexLimits) {
  check(id: command.id, limits)
  switch command.operation {
  case .subscribe(let streams, let points):
    precondition((1...limits.arguments).contains(streams.count), "streams beyond the limit")
    precondition(points.count <= limits.arguments, "points beyond the limit")
    let largest = UInt64(MultiplexMessageReader.numbers.upperBound)
    precondition(points.values.allSatisfy { $0.epoch < largest && $0.sequence < largest }, "a number too large")
  case .unsubscribe(let streams):
    precondition((1...limits.arguments).contains(streams.count), "streams beyond the limit")
  case .list, .ping: break
  }
}

private func check(_ request: QuoteRequest, _ limits: MultiplexLimits) {
  precondition((1...limits.arguments).contains(request.symbols.count), "symbols beyond the limit")
  precondition(Set(request.symbols).count == request.symbols.count, "a symbol twice")
  precondition(request.limit.map { $0 > 0 } ?? true, "a limit that is none")
}

/// An id is repeated as it was written, in every answer.
private func check(id: [UInt8]?, _ limits: MultiplexLimits) {
  guard let id else { return }
  precondition(id.count <= limits.idBytes, "an id beyond its limit")
  let answer = Array(#"{"id":"#.utf8) + id + Array("}".utf8)
  answer.withUnsafeBytes { bytes in
    var json = JSONReader(bytes)
    do throws(JSONError) {
      try json.skipValue()
      try json.expectEnd()
    } catch {
      preconditionFailure("an answer would be no JSON: \(error)")
    }
  }
}
