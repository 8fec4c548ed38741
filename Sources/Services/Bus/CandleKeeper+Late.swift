internal import Model

/// What live data has gone on without: asked for until it is had, or given up.
extension CandleKeeper {
  mutating func tickLate(_ now: Moment) -> [Action] {
    var actions: [Action] = []
    for index in late.indices.reversed() {
      switch late[index].tick(now: now.monotonic) {
      case .ask(let from, let to): actions.append(.ask(question: late[index].question, from: from, to: to))
      case .giveUp: actions += give(up: late.remove(at: index))
      case nil: break
      }
    }
    return actions
  }

  mutating func receiveLate(_ page: CandlePage?, _ question: Int, _ now: Moment) -> [Action] {
    guard let index = late.firstIndex(where: { $0.question == question }) else { return [] }
    let (found, absent) = late[index].receive(page, now: now.monotonic)
    var actions: [Action] = []
    for candle in found {
      memory.remember(candle, revision: 1)
      actions.append(.revise(candle, 1))
    }
    for openTime in absent {
      let end = interval.endTime(ofCandleAt: openTime)
      actions.append(.gap(.note(.noTrade, from: openTime, to: end, .filled(.rest))))
    }
    return actions + settle(index)
  }

  mutating func settle(_ index: Int) -> [Action] {
    guard late[index].missing.isEmpty else { return [] }
    return [.gap(.change(late.remove(at: index).gap, .filled(.rest)))]
  }

  func give(up repair: CandleRepair) -> [Action] {
    [.gap(.change(repair.gap, .unfillable(missing: Int64(repair.missing.count))))]
  }
}
