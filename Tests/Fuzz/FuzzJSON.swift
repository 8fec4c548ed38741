import Wire

/// One document of the fuzzer's: the ways to read it must agree, stay within it and never crash.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let document = UnsafeRawBufferPointer(start: start, count: count)
  let skipped = Verdict(of: document) { (reader) throws(JSONError) in try reader.skipValue() }
  let built = Verdict(of: document) { (reader) throws(JSONError) in _ = try reader.readValue() }
  let walked = Verdict(of: document) { (reader) throws(JSONError) in try walk(&reader, within: document) }
  let raw = Verdict(of: document) { (reader) throws(JSONError) in
    check(try reader.rawValue(), within: document)
  }
  precondition(skipped == built && skipped == walked && skipped == raw, "the ways of reading disagree")
  if let offset = skipped.errorOffset { precondition(offset >= 0 && offset <= count, "an error outside the document") }
  if skipped.errorOffset == nil { checkWriting(document) }
  return 0
}

/// Where reading a whole document stops; `nil` when it is valid.
private struct Verdict: Equatable {
  let errorOffset: Int?

  init(of document: UnsafeRawBufferPointer, _ read: (inout JSONReader) throws(JSONError) -> Void) {
    var reader = JSONReader(document)
    do throws(JSONError) {
      try read(&reader)
      try reader.expectEnd()
      errorOffset = nil
    } catch {
      errorOffset = error.offset
    }
  }
}

/// Reads every value with the method of its kind.
private func walk(_ reader: inout JSONReader, within document: UnsafeRawBufferPointer) throws(JSONError) {
  switch try reader.peek() {
  case .object:
    try reader.beginObject()
    while let key = try reader.nextKey() {
      check(key, within: document)
      try walk(&reader, within: document)
    }
  case .array:
    try reader.beginArray()
    while try reader.nextElement() { try walk(&reader, within: document) }
  case .string: check(try reader.readText(), within: document)
  case .number:
    var other = reader
    let digits = try reader.readNumberText()
    check(digits, within: document)
    let integer = try? other.readInt64()
    let expected = Int64(String(decoding: digits, as: UTF8.self))
    // Of `01` the one takes the zero and stops at the 1, the other refuses the whole.
    precondition(integer == expected || (integer == nil && expected == 0), "an integer was misread")
  case .bool: _ = try reader.readBool()
  case .null:
    let isNull = try reader.readNull()
    precondition(isNull, "null was not read")
  }
}

private func check(_ text: JSONText, within document: UnsafeRawBufferPointer) {
  check(text.raw, within: document)
  let string = text.string
  precondition(String(validating: text.raw, as: UTF8.self) != nil, "a string is not UTF-8")
  precondition(text.hasEscapes || string.utf8.elementsEqual(text.raw), "a plain string was changed")
  precondition(text.hasEscapes == text.raw.contains(UInt8(ascii: "\\")), "escapes were overlooked")
  if let integer = text.integer { precondition(integer == Int64(string), "a text's integer was misread") }
}

private func check(_ slice: UnsafeRawBufferPointer, within document: UnsafeRawBufferPointer) {
  guard let start = slice.baseAddress, let base = document.baseAddress else { return }
  precondition(start >= base && start + slice.count <= base + document.count, "a slice outside the document")
}

/// A value written and read again is the same.
private func checkWriting(_ document: UnsafeRawBufferPointer) {
  do throws(JSONError) {
    let value = try JSONValue(parsing: document)
    var writer = JSONWriter()
    write(value, to: &writer)
    let again = try JSONValue(parsing: writer.take())
    precondition(again == value, "a document changed by being written")
  } catch {
    preconditionFailure("a valid document was refused: \(error)")
  }
}

private func write(_ value: JSONValue, to writer: inout JSONWriter) {
  switch value {
  case .object(let members):
    writer.beginObject()
    for member in members {
      writer.key(member.key)
      write(member.value, to: &writer)
    }
    writer.endObject()
  case .array(let elements):
    writer.beginArray()
    for element in elements { write(element, to: &writer) }
    writer.endArray()
  case .string(let text): writer.string(text)
  case .number(let digits): writer.raw { $0.append(contentsOf: digits.utf8) }
  case .bool(let bool): writer.bool(bool)
  case .null: writer.null()
  }
}
