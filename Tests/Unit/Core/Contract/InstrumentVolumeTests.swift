import Contract
import Model
import Testing

@Suite struct InstrumentVolumeTests {
  private let request = UpstreamRequest(target: "/volumes", weight: 1)

  private func read(_ body: String, _ inquiry: Inquiry<[InstrumentVolume]>) throws -> [String] {
    let reply = UpstreamReply(status: 200, body: Array(body.utf8), askTime: .epoch)
    return try inquiry.read([reply]).map { "\($0.symbol) \($0.quoteVolume)" }
  }

  @Test func rowsMayHaveTheirMembersInAnyOrder() throws {
    let inquiry = Inquiry.volumes(request, symbol: "s", volume: "v")
    #expect(inquiry.requests == [request])
    #expect(try read(#"[{"s":"A","x":[1],"v":"1.50"},{"v":2,"s":"B"}]"#, inquiry) == ["A 1.50", "B 2"])
  }

  @Test func rowsMayStandBelowOtherMembers() throws {
    let inquiry = Inquiry.volumes(request, at: ["result", "list"], symbol: "s", volume: "v")
    #expect(try read(#"{"code":0,"result":{"list":[{"s":"A","v":"1"}]}}"#, inquiry) == ["A 1"])
  }

  @Test func aVolumeInBaseUnitsIsWorthItsPrice() throws {
    let inquiry = Inquiry.volumes(request, symbol: "s", volume: "v", price: "p")
    // Python: Decimal("3") * Decimal("2.5")
    #expect(try read(#"[{"s":"A","v":"3","p":"2.5"},{"s":"B","v":"3","p":""}]"#, inquiry) == ["A 7.5"])
  }

  @Test func aRowWithoutAVolumeIsLeftOut() throws {
    let inquiry = Inquiry.volumes(request, symbol: "s", volume: "v")
    #expect(try read(#"[{"s":"A"},{"s":"B","v":null},{"s":"C","v":""},{"s":"D","v":"0"}]"#, inquiry) == ["D 0"])
  }

  @Test func whatIsNoRowIsMalformed() {
    let inquiry = Inquiry.volumes(request, symbol: "s", volume: "v")
    for body in ["[1]", #"[{"v":"1"}]"#, #"[{"s":"A","v":"x"}]"#, "{}", #"[{"s":"A","v":"1"}"#] {
      #expect { try read(body, inquiry) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
    }
  }
}
