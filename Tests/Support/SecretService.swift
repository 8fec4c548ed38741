public import Contract

/// A made-up service beside the exchanges, for tests of those that want a key.
public enum SecretService {
  /// Its facts.
  public static let declaration = RawUpstream(
    name: "acme", address: "http://127.0.0.1:1", keyHeader: "X-Acme-Key", requestsPerWindow: 1000,
    windowMilliseconds: 60_000, defaultPauseMilliseconds: 7000, freshMilliseconds: 60_000,
    routes: [
      RawUpstream.Route(
        path: "/things", summary: "Things.", upstreamPath: "/v1/things",
        parameters: [
          .init(name: "id", rule: .text(maxBytes: 5)), .init(name: "start", rule: .integer(1...Int64.max, default: 1)),
          .init(name: "limit", rule: .integer(1...10, default: 3)),
        ])
    ])
}
