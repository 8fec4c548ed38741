/// Numbers the gaps of one topic.
struct GapNumbers {
  private var last = 0

  mutating func next() -> Int {
    last += 1
    return last
  }
}
