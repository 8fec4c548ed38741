extension FixedDecimal {
  /// The nearest binary double: for statistics, never for a price or a quantity that anybody reads.
  public var nearestDouble: Double {
    // The library's own conversion rounds correctly; a number always prints as one.
    Double(description) ?? 0
  }
}
