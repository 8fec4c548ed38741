internal import Contract
internal import Exchanges
internal import Telemetry

extension Setting {
  /// Two for each service beside the exchanges, named after it.
  static let references: [Setting] = Registry.references.flatMap { upstream in
    [
      Setting(
        name: addressVariable(upstream.name), kind: .address(schemes: ["http", "https"]),
        defaultValue: upstream.address, help: "address of \(upstream.name), before the documented path"),
      Setting(
        name: keyVariable(upstream.name), kind: .text, defaultValue: "",
        help: "key of \(upstream.name); its routes answer 404 without one", isSecret: true),
    ]
  }

  /// The variable of a service's address.
  static func addressVariable(_ reference: String) -> String { reference.uppercased() + "_BASE_URL" }

  /// The variable of its key.
  static func keyVariable(_ reference: String) -> String { reference.uppercased() + "_API_KEY" }
}

extension Configuration {
  /// The address of a service beside the exchanges.
  func referenceAddress(_ reference: String) -> String { trimmed(text(Setting.addressVariable(reference))) }

  /// Its key; `nil` when there is none.
  func referenceKey(_ reference: String) -> Redacted<String>? {
    let key = text(Setting.keyVariable(reference))
    return key.isEmpty ? nil : Redacted(key)
  }
}
