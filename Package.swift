// swift-tools-version: 6.3
import PackageDescription

/// One set of rules for every target: Swift 6 concurrency, warnings are errors, imports say what they leak.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  // Generic and small functions are inlined across targets only with this flag, and only when they are `public`
  // (docs/decisions/0001-targets-and-borders.md).
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// Tests of a release build: what they test is optimised as it is shipped; they are not, which would take far longer.
let tests = strict + [.unsafeFlags(["-Onone"], .when(configuration: .release))]

func core(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/Core/\(name)", swiftSettings: strict)
}

let package = Package(
  name: "marketgate",
  products: [
    .executable(name: "marketgate", targets: ["marketgate"])
  ],
  targets: [
    .systemLibrary(
      name: "CCurl", path: "Sources/Core/System/Curl", pkgConfig: "libcurl",
      providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
      name: "COpenSSL", path: "Sources/Core/System/OpenSSL", pkgConfig: "openssl",
      providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CCrypto", path: "Sources/Core/System/Crypto", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CLinux", path: "Sources/Core/System/Linux"),
    .systemLibrary(name: "CProcessor", path: "Sources/Core/System/Processor"),
    .systemLibrary(
      name: "CZlib", path: "Sources/Core/System/Zlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"])]),

    core("Model"),
    .target(
      name: "Wire", dependencies: ["CCrypto", "CZlib"], path: "Sources/Core/Wire", exclude: ["WebSocket/README.md"],
      swiftSettings: strict),
    core("Telemetry"),
    core("Contract", ["Model", "Wire", "CProcessor"]),
    core("Net", ["Wire", "Telemetry", "CCurl", "COpenSSL", "CLinux"]),
    core("Sessions", ["Model", "Wire", "Contract", "Net", "Telemetry"]),
    .target(
      name: "Exchanges", dependencies: ["Model", "Wire", "Contract"], exclude: ["README.md"], swiftSettings: strict),
    .target(
      name: "Services", dependencies: ["Model", "Wire", "Contract", "Sessions", "Telemetry"], swiftSettings: strict),
    // A target of its own: the only place that spells public names.
    .target(
      name: "PublicJSON", dependencies: ["Model", "Wire", "Contract", "Services"], path: "Sources/App/JSON",
      swiftSettings: strict),
    // A library, so that the benchmarks measure the gateway itself; the program is one call of it.
    .target(
      name: "App",
      dependencies: [
        "Model", "Wire", "Telemetry", "Contract", "Net", "Sessions", "Exchanges", "Services", "PublicJSON",
      ],
      exclude: ["JSON", "Main"], resources: [.embedInCode("Pages")], swiftSettings: strict),
    .executableTarget(
      name: "marketgate", dependencies: ["App"], path: "Sources/App/Main", swiftSettings: strict),

    .target(
      name: "Support", dependencies: ["Model", "Wire", "Telemetry", "Contract", "Net", "Sessions"],
      path: "Tests/Support",
      swiftSettings: strict),
    // Small programs around Net and Wire for the suites of Tests/Conformance; nothing a user installs.
    .executableTarget(
      name: "conformance-server", dependencies: ["Net", "Wire"], path: "Tests/Conformance/Server",
      swiftSettings: strict),
    .executableTarget(
      name: "conformance-client", dependencies: ["Net", "Wire"], path: "Tests/Conformance/Client",
      swiftSettings: strict),
    .testTarget(
      name: "UnitTests",
      dependencies: [
        "Model", "Wire", "Telemetry", "Contract", "Net", "Sessions", "Exchanges", "Services", "PublicJSON", "App",
        "Support", "conformance-server", "conformance-client",
      ],
      path: "Tests/Unit", swiftSettings: tests),
    .testTarget(
      name: "IntegrationTests",
      dependencies: [
        "App", "marketgate", "Model", "Wire", "Contract", "Net", "Sessions", "Exchanges", "Services", "Support",
        "conformance-server",
      ],
      path: "Tests/Integration", exclude: ["README.md"], swiftSettings: tests),
    .executableTarget(
      name: "bench",
      dependencies: [
        "Model", "Wire", "Telemetry", "Contract", "Net", "Sessions", "Exchanges", "Services", "PublicJSON", "App",
      ],
      path: "Benchmarks",
      exclude: [
        "compare.py", "footprint.py", "http_versions.sh", "instructions.py", "latency.py", "mock_exchange.py", "peers",
        "provenance.py", "rest.sh", "run.py", "thresholds.json", "tls-footprint.py", "upstream.py",
      ], swiftSettings: strict),
  ]
)
