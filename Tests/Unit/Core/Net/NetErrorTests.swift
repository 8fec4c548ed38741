import Glibc
import Testing

@testable import Net

@Suite struct NetErrorTests {
  @Test func saysWhatFailed() {
    #expect(NetError.system(call: "bind", number: EADDRINUSE).description == "bind: Address already in use")
    #expect(NetError.unknownAddress("nowhere").description == "unknown address: nowhere")
    #expect(NetError.certificate("TLS_KEY_FILE: no").description == "TLS_KEY_FILE: no")
  }

  @Test func takesTheNumberOfTheLastFailure() {
    errno = EMFILE
    #expect(NetError.last("socket") == .system(call: "socket", number: EMFILE))
  }
}
