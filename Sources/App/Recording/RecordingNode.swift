import Wire

/// A place in the recording's declaration, read with errors that say where it is.
struct RecordingNode {
  let file: String
  /// `routes.3.answer`; empty at the top.
  let path: String
  let value: JSONValue

  func fault(_ reason: String) -> RecordingError {
    RecordingError(file, path.isEmpty ? reason : "\(path): \(reason)")
  }

  /// A member; `nil` where there is none.
  subscript(_ name: String) -> RecordingNode? {
    value[name].map { RecordingNode(file: file, path: path.isEmpty ? name : "\(path).\(name)", value: $0) }
  }

  func node(_ name: String) throws(RecordingError) -> RecordingNode {
    guard let node = self[name] else { throw fault("lacks \(name)") }
    return node
  }

  func elements() throws(RecordingError) -> [RecordingNode] {
    guard let elements = value.array else { throw fault("is no list") }
    return elements.enumerated().map { index, element in
      RecordingNode(file: file, path: "\(path).\(index)", value: element)
    }
  }

  func members() throws(RecordingError) -> [(name: String, node: RecordingNode)] {
    guard let members = value.members else { throw fault("is no object") }
    return members.map { ($0.key, RecordingNode(file: file, path: "\(path).\($0.key)", value: $0.value)) }
  }

  func text() throws(RecordingError) -> String {
    guard let text = value.string else { throw fault("is no text") }
    return text
  }

  func texts() throws(RecordingError) -> [String] {
    var texts: [String] = []
    for element in try elements() { texts.append(try element.text()) }
    return texts
  }

  /// A whole number of a range, by default of milliseconds up to ten years.
  func integer(in range: ClosedRange<Int64> = 0...Tape.maxLoop) throws(RecordingError) -> Int64 {
    guard let integer = value.integer, range.contains(integer) else {
      throw fault("is no whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  func text(_ name: String) throws(RecordingError) -> String {
    try node(name).text()
  }

  func integer(_ name: String, in range: ClosedRange<Int64> = 0...Tape.maxLoop) throws(RecordingError) -> Int64 {
    try node(name).integer(in: range)
  }
}
