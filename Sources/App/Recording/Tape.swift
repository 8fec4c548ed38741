/// A table of rows that repeats for ever, from 1970 on.
///
/// A row's time is the number of its loop times the length of a loop, plus its place in the loop, so every question
/// about the tape is a pure function of absolute time: two who ask about one instant get one answer, after a restart
/// too. Rows are numbered from the first one after 1970, and the numbers grow for ever.
struct Tape: Sendable {
  enum Column: Sendable {
    case text([String])
    /// Milliseconds after the start of the row's loop.
    case time([Int64])
  }

  let loopMilliseconds: Int64
  /// Each row's milliseconds after the start of the loop, ascending.
  let offsets: [Int64]
  let columns: [String: Column]

  var rowsPerLoop: Int64 { Int64(offsets.count) }

  /// The number of the first row at or after an instant.
  func firstRow(notBefore time: Int64) -> Int64 {
    guard time > 0 else { return 0 }
    let (loop, offset) = time.quotientAndRemainder(dividingBy: loopMilliseconds)
    return loop * rowsPerLoop + Int64(firstIndex(notBefore: offset))
  }

  /// The numbers of the rows in `from..<end`.
  func rows(from start: Int64, before end: Int64) -> Range<Int64> {
    let first = firstRow(notBefore: start)
    return first..<max(first, firstRow(notBefore: end))
  }

  /// The number of the last row at or before an instant; `nil` before the first row of all.
  func lastRow(notAfter time: Int64) -> Int64? {
    let next = firstRow(notBefore: time + 1)
    return next > 0 ? next - 1 : nil
  }

  /// Which loop a row lies in, and where in it.
  func place(ofRow row: Int64) -> (loop: Int64, index: Int) {
    let (loop, index) = row.quotientAndRemainder(dividingBy: rowsPerLoop)
    return (loop, Int(index))
  }

  func time(ofRow row: Int64) -> Int64 {
    let (loop, index) = place(ofRow: row)
    return loop * loopMilliseconds + offsets[index]
  }

  /// A field of a row, times moved to the row's loop; `nil` where there is no such column.
  func value(_ column: String, ofRow row: Int64) -> LayoutValue? {
    let (loop, index) = place(ofRow: row)
    return switch columns[column] {
    case .text(let texts): .text(texts[index])
    case .time(let times): .integer(loop * loopMilliseconds + times[index])
    case nil: nil
    }
  }

  private func firstIndex(notBefore offset: Int64) -> Int {
    var (low, high) = (0, offsets.count)
    while low < high {
      let middle = (low + high) / 2
      if offsets[middle] < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Tape {
  /// Reads a tape from lines: `loop,<milliseconds>`, the columns' names, then the rows. A name that begins with `@` is
  /// that of a time; the first column is the row's own time.
  init(lines: [Substring], file: String) throws(RecordingError) {
    guard lines.count > 2 else { throw RecordingError(file, "has no rows") }
    guard lines[0].hasPrefix("loop,"), let loop = Int64(lines[0].dropFirst(5)), (1...Tape.maxLoop).contains(loop) else {
      throw RecordingError(file, "line 1 does not give the length of the loop")
    }
    let names = lines[1].split(separator: ",", omittingEmptySubsequences: false)
    guard names.first == "@time", Set(names).count == names.count else {
      throw RecordingError(file, "line 2 does not name different columns, the first one @time")
    }
    var texts = [[String]](repeating: [], count: names.count)
    for (number, line) in lines.enumerated().dropFirst(2) {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count == names.count else { throw RecordingError(file, "row \(number + 1) has another length") }
      for (index, field) in fields.enumerated() { texts[index].append(String(field)) }
    }
    var columns: [String: Column] = [:]
    for (name, texts) in zip(names, texts) {
      guard name.hasPrefix("@") else {
        columns[String(name)] = .text(texts)
        continue
      }
      // A time a row speaks of may be the first one of the next loop; the row's own may not.
      let latest = name == "@time" ? loop - 1 : loop
      columns[String(name.dropFirst())] = .time(try Tape.times(texts, latest: latest, file: file))
    }
    guard case .time(let offsets) = columns["time"], zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 }) else {
      throw RecordingError(file, "rows are not in order of time")
    }
    self.init(loopMilliseconds: loop, offsets: offsets, columns: columns)
  }

  /// Ten years; keeps every product with a row's number far from overflow.
  static let maxLoop: Int64 = 315_360_000_000

  private static func times(_ texts: [String], latest: Int64, file: String) throws(RecordingError) -> [Int64] {
    var times: [Int64] = []
    for text in texts {
      guard let time = Int64(text), (0...latest).contains(time) else {
        throw RecordingError(file, "\(text) is no time within the loop")
      }
      times.append(time)
    }
    return times
  }
}
