/// The version of the product, as `/` and `--version` say it.
enum Version {
  /// Semantic version.
  static let text = "0.1.0"
}
