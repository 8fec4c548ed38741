import Contract
import Net
import Testing

@testable import Sessions

@Suite struct ExchangeErrorTransferTests {
  @Test func eachFailedTransferHasItsKindAndAdvice() {
    let table: [(HTTPClientError.Kind, ExchangeError.Kind, ExchangeError.Advice)] = [
      (.timeout, .timeout, .never), (.cancelled, .timeout, .never), (.bodyTooLarge, .malformed, .never),
      (.broken, .malformed, .retry), (.invalidRequest, .rejected, .never), (.connect, .unreachable, .retry),
      (.resolve, .unreachable, .retry), (.tls, .unreachable, .retry),
    ]
    for (transfer, kind, advice) in table {
      let error = ExchangeError(HTTPClientError(transfer, "detail"))
      #expect(error.kind == kind && error.advice == advice, "\(transfer)")
      #expect(!error.reason.contains("detail"))
    }
    #expect(ExchangeError(HTTPClientError(.cancelled, "")) == .cancelled)
    #expect(ExchangeError(HTTPClientError(.invalidRequest, "")) == .unformed)
  }
}
