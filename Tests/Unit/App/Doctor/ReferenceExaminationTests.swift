import Contract
import Support
import Testing
import Wire

@testable import App

/// A service beside the exchanges under examination, over a real socket.
@Suite(.timeLimit(.minutes(1))) struct ReferenceExaminationTests {
  private func examine(key: String?, status: Int) async throws -> (findings: [String], targets: [String]) {
    let upstream = try ToyUpstream()
    upstream.answer("/v1/list", status: HTTPStatus(status), body: "[]")
    var declaration = SecretService.declaration
    declaration.routes.append(
      RawUpstream.Route(
        path: "/list", summary: "", upstreamPath: "/v1/list",
        parameters: [.init(name: "start", rule: .integer(1...9, default: 2))]))
    var values = ["EXCHANGES": "", "ACME_BASE_URL": upstream.httpAddress]
    if let key { values["ACME_API_KEY"] = key }
    var doctor = Doctor(configuration: Configuration(values: values), exchanges: [], symbols: [])
    doctor.references = [declaration]
    doctor.tuning.proxy = ""
    let findings = Inbox<DoctorFinding>()
    let isWell = await doctor.run { findings.add($0) }
    let targets = upstream.targets
    await upstream.stop()
    #expect(isWell == findings.pending.allSatisfy { !$0.result.isFailure })
    return (findings.pending.map { "\($0.exchange) \($0.check): \($0.result.detail ?? "ok")" }, targets)
  }

  @Test func whatNeedsNothingFromAClientIsAskedWithItsDefaults() async throws {
    let (findings, targets) = try await examine(key: "k", status: 200)
    #expect(findings == ["acme raw /list: ok"])
    #expect(targets == ["/v1/list?start=2"])
  }

  @Test func aKeyThatIsNotAcceptedIsNamed() async throws {
    let (findings, _) = try await examine(key: "k", status: 401)
    #expect(findings == ["acme raw /list: rejected: the service does not accept the key (HTTP 401)"])
  }

  @Test func withoutAKeyNothingIsAsked() async throws {
    let (findings, targets) = try await examine(key: nil, status: 200)
    #expect(findings.isEmpty)
    #expect(targets.isEmpty)
  }
}
