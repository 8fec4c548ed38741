internal import Net

/// What a configuration says of this machine and its files, tried before anything starts: what would fail at the first
/// request, or end the program with another word, is a fault of the configuration like a wrong number.
enum StartCheck {
  /// One line for each fault.
  static func faults(of configuration: Configuration) -> [String] {
    var faults: [String] = []
    do throws(NetError) {
      try HTTPServer.checkHost(configuration.host)
    } catch {
      faults.append("APP_HOST \"\(configuration.host)\" is no address of this machine (\(error))")
    }
    if let file = configuration.upstreamCAFile, let fault = TrustedCertificates.fault(inFile: file) {
      faults.append("UPSTREAM_CA_FILE \"\(file)\" cannot be used: \(fault)")
    }
    if let fault = ServingCertificate.fault(in: configuration) { faults.append(fault) }
    if let folder = configuration.recordings, !SystemFacts.isFolder(folder) {
      faults.append("RECORDINGS \"\(folder)\" is no folder")
    }
    return faults
  }
}
