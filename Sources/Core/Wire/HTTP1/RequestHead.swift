/// What a request's fields must say before its body is read.
enum RequestHead {
  /// RFC 9112 §3.2: 400 to a request without `Host` in HTTP/1.1, with more than one, or with an invalid one.
  static func checkHost(_ headers: HTTPHeaders, isHTTP10: Bool) throws(HTTPFault) {
    let hosts = headers.values("Host")
    guard hosts.count < 2 else { throw .badRequest("more than one Host") }
    guard let host = hosts.first else {
      guard isHTTP10 else { throw .badRequest("no Host") }
      return
    }
    guard HostName(host.utf8) != nil else { throw .badRequest("malformed Host") }
  }

  /// RFC 9110 §10.1.1: `100-continue` is the only expectation there is, in any case; 417 to others; HTTP/1.0 has none.
  static func expectsContinue(_ headers: HTTPHeaders, isHTTP10: Bool) throws(HTTPFault) -> Bool {
    guard !isHTTP10 else { return false }
    let expectations = headers.listElements("Expect")
    guard expectations.allSatisfy({ $0.equalsIgnoringCase("100-continue") }) else {
      throw HTTPFault(status: .expectationFailed, reason: "unknown expectation")
    }
    return !expectations.isEmpty
  }
}
