/// The authorities that a program is told to trust.
public enum TrustedCertificates {
  /// Why no certificate can be read from a PEM file, in OpenSSL's words; `nil` when one can.
  public static func fault(inFile path: String) -> String? {
    do throws(TLSFault) {
      _ = try TLSContext.trusting(caFile: path)
      return nil
    } catch {
      return error.reason
    }
  }
}
