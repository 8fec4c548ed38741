public import Model

extension HistoryQuery {
  /// The page as a window of time: from the first to the last step of the grid that may be among the rows wanted, both
  /// inclusive, and no longer than the page.
  ///
  /// For exchanges that cut the older or an undocumented side of a longer range. Without bounds both are `nil`: the newest
  /// rows are meant. A start before the listing is moved there, so that a page before it is not taken for the last one.
  public func window(_ step: Interval) -> (start: Timestamp?, end: Timestamp?) {
    let span = max(limit - 1, 0)
    guard let start else { return (end.map { step.openTime(-span, after: step.openTime(containing: $0)) }, end) }
    let wanted = max(start, instrument.listTime.map { step.openTime(containing: $0) } ?? start)
    let open = step.openTime(containing: wanted)
    let first = open < wanted ? step.endTime(ofCandleAt: open) : open
    let last = min(end ?? .latest, step.openTime(span, after: first))
    // Where the grid has no step between the bounds, both are the end: a start after it is an error on some exchanges.
    return (min(first, last), last)
  }
}
