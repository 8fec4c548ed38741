import Net
import Testing

@testable import App

@Suite struct HeaderWitnessTests {
  private func finish(_ witness: HeaderWitness, _ target: String, _ value: String?, status: Int = 200) {
    witness.finished(
      HTTPClientRequest(url: "http://h" + target),
      .success(
        HTTPClientResponse(
          status: status, headers: value.map { [("x-used", $0)] } ?? [], body: [], sentMicroseconds: 0)),
      receiveMicroseconds: 0)
  }

  @Test func theFirstAnsweredRequestWithoutTheHeaderIsNamed() {
    let witness = HeaderWitness("x-used", address: "http://h")
    #expect(witness.difference(among: ["/a"]) == "no reply came")
    finish(witness, "/a", "7")
    finish(witness, "/failed", nil, status: 500)
    witness.finished(
      HTTPClientRequest(url: "http://h/broken"), .failure(HTTPClientError(.broken, "")), receiveMicroseconds: 0)
    finish(witness, "/own-budget", nil)
    #expect(witness.difference(among: ["/a", "/failed", "/broken"]) == nil)
    finish(witness, "/b", "many")
    finish(witness, "/c", nil)
    #expect(witness.difference(among: ["/a", "/b", "/c"]) == "the reply to /b has no x-used with a number")
    #expect(witness.difference(among: ["/a", "/c"]) == "the reply to /c has no x-used with a number")
  }
}
