internal import Net
internal import Telemetry
internal import Wire

/// The certificate that clients are shown, as the settings name it.
enum ServingCertificate {
  /// What the settings name; `nil` when they name none.
  ///
  /// - Throws: `NetError.certificate` with the variable whose file is wrong.
  static func load(_ configuration: Configuration) throws(NetError) -> TLSServerContext? {
    guard let certificate = configuration.tlsCertificateFile, let key = configuration.tlsKeyFile else { return nil }
    do throws(TLSCertificateFault) {
      return try TLSServerContext(certificateFile: certificate, keyFile: key)
    } catch {
      switch error.file {
      case .certificate: throw .certificate("TLS_CERT_FILE \"\(certificate)\": \(error.reason)")
      case .key: throw .certificate("TLS_KEY_FILE \"\(key)\": \(error.reason)")
      case nil: throw .certificate(error.reason)
      }
    }
  }

  /// What is wrong with the files, in one line; `nil` when nothing is.
  static func fault(in configuration: Configuration) -> String? {
    do throws(NetError) {
      _ = try load(configuration)
      return nil
    } catch {
      return error.description
    }
  }

  static func log(_ certificate: TLSServerContext, on logger: Logger) {
    let expiry = certificate.expirySeconds.map { HTTPDate.text(secondsSince1970: $0) } ?? "unknown"
    logger.info("new clients are shown the certificate", ["expires": expiry])
  }
}
