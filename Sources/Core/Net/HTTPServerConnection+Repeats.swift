internal import Wire

extension HTTPServerConnection {
  /// Answers bytes that are a request which was answered before, where that answer still holds.
  func repeatAnswer(to bytes: UnsafeRawBufferPointer) -> Bool {
    guard stream.outbox.queuedBytes <= server.options.queuedAnswerBytes else { return false }
    guard let (answer, content) = server.repeats.find(bytes) else { return false }
    server.counters.requests.add(1)
    server.counters.countResponse(answer.status)
    let body = content.bytes
    let isCopied = answer.hasContent && body.count <= HTTPSerializer.copiedBodyBytes
    let first = answer.template.message(
      age: content.age, requestID: server.nextRequestID(), date: server.date(), content: isCopied ? body : nil)
    _ = stream.send(first)
    if answer.hasContent, !isCopied { _ = stream.send(body) }
    repeated()
    return true
  }
}
