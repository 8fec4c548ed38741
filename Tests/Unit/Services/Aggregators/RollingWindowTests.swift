import Model
import Services
import Testing

@Suite struct RollingWindowTests {
  private func window(_ minutes: Int64...) -> RollingWindow<[Int64]> {
    var window = RollingWindow<[Int64]>()
    for minute in minutes { window.update(minute, empty: []) { $0.append(minute) } }
    return window
  }

  private func all(_ window: RollingWindow<[Int64]>, from minute: Int64 = 0) -> [Int64] {
    var all: [Int64] = []
    window.fold(from: minute, into: &all) { $0 += $1 }
    return all
  }

  @Test func aMinuteBeginsOnTheMinute() {
    let time = Timestamp(microseconds: 119_999_999)
    #expect(RollingWindow<Int>.minute(of: time) == 1)
    #expect(RollingWindow<Int>.start(ofMinute: 1) == Timestamp(microseconds: 60_000_000))
  }

  @Test func minutesInWhichNothingHappenedTakeNoRoom() {
    let window = window(1, 1, 5)
    #expect(window.count == 2)
    #expect(all(window) == [1, 1, 5])
    #expect(window.holds(5) && !window.holds(4) && !window.holds(6))
  }

  @Test func whatComesLateGoesToItsMinute() {
    let window = window(5, 3, 4, 3, 6)
    #expect(all(window) == [3, 3, 4, 5, 6])
    #expect(window.count == 4)
  }

  @Test func foldingBeginsWithAMinute() {
    let window = window(1, 2, 3)
    #expect(all(window, from: 2) == [2, 3])
    #expect(all(window, from: 4).isEmpty)
    #expect(all(RollingWindow()).isEmpty)
  }

  @Test func whatIsOldIsDropped() {
    var window = window(1, 2, 3)
    window.drop(before: 3)
    #expect(all(window) == [3])
    window.drop(before: 9)
    #expect(window.count == 0)
  }
}
