import Contract
import Testing

@Suite struct ExchangeErrorTests {
  @Test func aMalformedAnswerIsNotAskedForAgain() {
    let error = ExchangeError.malformed("no list")
    #expect(error.kind == .malformed)
    #expect(error.advice == .never)
    #expect(error.reason == "no list")
  }

  @Test func errorsAreEqualByKindAdviceAndReason() {
    let error = ExchangeError(.limited, .pause(milliseconds: 100), "too many requests")
    #expect(error == ExchangeError(.limited, .pause(milliseconds: 100), "too many requests"))
    #expect(error != ExchangeError(.limited, .pause(milliseconds: 200), "too many requests"))
    #expect(error != ExchangeError(.blocked, .pause(milliseconds: 100), "too many requests"))
    #expect(error != ExchangeError(.limited, .pause(milliseconds: 100), "other"))
    #expect(ExchangeError(.timeout, .retry, "late") != ExchangeError(.timeout, .never, "late"))
  }
}
