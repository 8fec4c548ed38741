internal import Contract
internal import Exchanges
internal import Model

/// Puts a configuration together: a flag wins over the environment, the environment over the file, the file over the
/// default. Finds every fault, not the first one.
struct ConfigurationReader {
  /// A configuration, or one line for each fault.
  enum Outcome {
    case configuration(Configuration)
    case faults([String])
  }

  static func read(flags: [String: String], environment: [String: String], file: [String: String]) -> Outcome {
    var values: [String: String] = [:]
    var faults: [String] = []
    for setting in Setting.all {
      guard let (value, source) = value(of: setting, flags: flags, environment: environment, file: file) else {
        continue
      }
      if let fault = setting.fault(in: value) {
        faults.append("\(source) \(setting.isSecret ? "" : "\"\(value)\" ")\(fault)")
      } else {
        values[setting.name] = value
      }
    }
    if values["STATE_DIR"] == nil { values["STATE_DIR"] = stateFolder(environment) }
    let configuration = Configuration(values: values)
    let known = Registry.exchanges.map(\.declaration.id.name)
    for (setting, names) in [
      ("EXCHANGES", configuration.exchanges), ("LIQUIDATION_EXCHANGES", configuration.liquidationExchanges),
      ("OI_VOL_EXCHANGES", configuration.list("OI_VOL_EXCHANGES").map { $0.lowercased() }),
    ] where values[setting] != nil {
      for name in names where !known.contains(name) {
        faults.append("\(setting) names \"\(name)\", which is none of \(known.joined(separator: ", "))")
      }
    }
    if (configuration.tlsCertificateFile == nil) != (configuration.tlsKeyFile == nil) {
      faults.append("TLS_CERT_FILE and TLS_KEY_FILE belong together: set both or none")
    }
    return faults.isEmpty ? .configuration(configuration) : .faults(faults)
  }

  /// Where programs keep state (https://specifications.freedesktop.org/basedir-spec/latest/, `$XDG_STATE_HOME`: a relative
  /// path is to be ignored); `nil` for somebody without a home.
  private static func stateFolder(_ environment: [String: String]) -> String? {
    if let folder = environment["XDG_STATE_HOME"], folder.hasPrefix("/") { return folder + "/marketgate" }
    return environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 + "/.local/state/marketgate" : nil }
  }

  /// An empty value in the environment or the file means that the variable is not set.
  private static func value(
    of setting: Setting, flags: [String: String], environment: [String: String], file: [String: String]
  ) -> (value: String, source: String)? {
    if let value = flags[setting.name] { return (value, setting.flag) }
    let names = [setting.name] + (setting.alias.map { [$0] } ?? [])
    for source in [environment, file] {
      for name in names {
        if let value = source[name], !value.isEmpty { return (value, name) }
      }
    }
    return nil
  }
}
