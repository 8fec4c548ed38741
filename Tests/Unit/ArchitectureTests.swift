import Support
import Testing

/// Reads the sources and holds the rules of docs/architecture.md. SwiftPM's own check passes any module that is
/// reachable, so this is the guard.
@Suite struct ArchitectureTests {
  private static let tree = SourceTree()
  private static let sources = tree.files(below: ["Sources"])
  private static let conformance = tree.files(below: ["Tests/Conformance"])
  private static let everySwift =
    sources + tree.files(below: ["Tests", "Benchmarks"]) + [tree.file("Package.swift")].compactMap { $0 }

  /// What each target may import. C modules and Glibc are named: Model reaches neither, Contract no more than a hint to the
  /// processor, and no target below Net can open a socket, read a clock or wait.
  private static let allowedImports: [(folder: String, modules: Set<String>)] = [
    // Synchronization for a table that only grows, without waiting: Model has no lock.
    ("Sources/Core/Model/", ["Synchronization"]),
    // Synchronization for one reference that is set once without waiting: Wire has no lock.
    ("Sources/Core/Wire/", ["CCrypto", "CZlib", "Synchronization"]),
    ("Sources/Core/Telemetry/", ["Synchronization", "Glibc"]),
    ("Sources/Core/Contract/", ["Model", "Wire", "CProcessor"]),
    ("Sources/Core/Net/", ["Wire", "Telemetry", "CCurl", "COpenSSL", "CLinux", "Glibc", "Synchronization"]),
    ("Sources/Core/Sessions/", ["Model", "Wire", "Contract", "Net", "Telemetry"]),
    ("Sources/Exchanges/", ["Model", "Wire", "Contract"]),
    ("Sources/Services/", ["Model", "Wire", "Contract", "Sessions", "Telemetry"]),
    // The target PublicJSON.
    ("Sources/App/JSON/", ["Model", "Wire", "Contract", "Services"]),
    ("Sources/App/Main/", ["App", "Glibc"]),
    (
      "Sources/App/",
      [
        "PublicJSON", "Model", "Wire", "Telemetry", "Contract", "Net", "Sessions", "Exchanges", "Services", "Glibc",
        "CLinux",
        "Synchronization",
      ]
    ),
    // Programs of the product's own parts: no protocol code of theirs.
    ("Tests/Conformance/", ["Wire", "Net", "Glibc"]),
  ]

  /// Fails with the rule and all that breaks it.
  private func expectNone(_ breaches: [String], _ rule: String) {
    #expect(breaches.isEmpty, "\(rule)\n  \(breaches.joined(separator: "\n  "))")
  }

  @Test func aTargetImportsOnlyWhatTheTableAllows() {
    var breaches: [String] = []
    for file in Self.sources + Self.conformance {
      let target = Self.allowedImports.first { file.path.hasPrefix($0.folder) }
      if target == nil { breaches.append("\(file.path) belongs to no target of the table") }
      for module in file.lines(with: "import").compactMap(Self.importedModule)
      where target?.modules.contains(module) == false {
        breaches.append("\(file.path) imports \(module)")
      }
    }
    let table = Self.allowedImports.map { "\($0.folder): \($0.modules.sorted().joined(separator: " "))" }
    expectNone(breaches, "A target imports only what the table allows: \(table.joined(separator: ", "))")
  }

  /// `@testable public import struct Model.Trade` imports `Model`.
  private static func importedModule(_ line: String) -> String? {
    let words = line.split(separator: " ")
    guard let index = words.firstIndex(of: "import"),
      words[..<index].allSatisfy({ $0.hasPrefix("@") || accessLevels.contains($0) })
    else { return nil }
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "let", "var", "typealias"]
    guard let name = words[(index + 1)...].first(where: { !kinds.contains($0) }) else { return nil }
    return name.split(separator: ".").first.map(String.init)
  }

  private static let accessLevels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]

  @Test(arguments: [
    ("import A", "A"), ("  internal import B", "B"), ("@testable import C", "C"), ("public import struct D.E", "D"),
    ("@_exported public import F", "F"), ("let import = 1", nil), ("important", nil),
  ])
  func everyFormOfImportIsSeen(line: String, module: String?) {
    #expect(Self.importedModule(line) == module)
  }

  @Test func anExchangeIsNamedOnlyInItsFolderAndInTheRegistry() {
    // Services beside the exchanges have one file each, beside the registry.
    let references = Self.tree.paths(below: "Sources/Exchanges")
      .filter { $0.split(separator: "/").count == 3 && $0.hasSuffix(".swift") && !$0.hasSuffix("/Registry.swift") }
      .map { $0.dropFirst("Sources/Exchanges/".count).dropLast(".swift".count).lowercased() }
    #expect(references == ["coinmarketcap"])
    let exchanges = Set(Self.tree.folders(below: "Sources/Exchanges").map { $0.lowercased() })
      .union(["binance", "bybit", "hyperliquid", "okx"])
      .union(references)
    var breaches: [String] = []
    for file in Self.sources where file.path != "Sources/Exchanges/Registry.swift" {
      let place = file.path.split(separator: "/")[2].prefix { $0 != "." }
      let own = file.path.hasPrefix("Sources/Exchanges/") ? place.lowercased() : ""
      let code = Array(String(decoding: file.code, as: UTF8.self).lowercased().utf8)
      for exchange in exchanges where exchange != own && code.holds(exchange) {
        breaches.append("\(file.path) names \(exchange)")
      }
    }
    expectNone(
      breaches,
      """
      An exchange is named only below Sources/Exchanges/<its folder> and in Registry.swift, and no folder names a sibling: \
      what differs between exchanges is data of the declaration.
      """)
  }

  @Test func noFileIsLongerThan450Lines() {
    let breaches = Self.everySwift.filter { $0.lineCount > 450 }.map { "\($0.path): \($0.lineCount)" }
    expectNone(breaches, "No file has more than 450 lines.")
  }

  /// Files that decide something and have no test file of their own, each with its reason.
  private static let testedElsewhere: [String: String] = [
    "Sources/App/Marketgate.swift": "the process itself: started and stopped by the integration tests",
    "Tests/Conformance/Server/ConformanceServer.swift": "a process: started and stopped by HostileClientTests",
    "Tests/Conformance/Client/ConformanceClient.swift": "a process that needs Autobahn: `make conformance`",
    "Tests/Conformance/Client/EchoSession.swift": "needs Autobahn on the other side: `make conformance`",
  ]

  @Test func eachFileThatDecidesSomethingHasItsTestFile() {
    let tests = Set(Self.tree.paths(below: "Tests/Unit"))
    let breaches = (Self.sources + Self.conformance).filter(Self.decides).filter { file in
      let folder = file.path.hasPrefix("Sources/") ? "Sources/" : "Tests/"
      let stem = file.path.dropFirst(folder.count).dropLast(".swift".count)
      let isTested = [stem, Self.base(stem)].contains { tests.contains("Tests/Unit/\($0)Tests.swift") }
      return isTested == (Self.testedElsewhere[file.path] != nil)
    }
    expectNone(
      breaches.map(\.path),
      "Tests/Unit mirrors Sources: a file that decides something has its <File>Tests.swift or a reason in "
        + "`testedElsewhere`, not both.")
    let missing = Self.testedElsewhere.keys.filter { path in Self.tree.file(path) == nil }
    expectNone(missing, "What `testedElsewhere` lists exists.")
  }

  /// `A+B` is tested with `A`, where it has no test file of its own.
  private static func base(_ stem: Substring) -> Substring {
    stem.prefix { $0 != "+" }
  }

  /// A pure declaration has no branch to test.
  private static func decides(_ file: SourceTree.File) -> Bool {
    ["if", "guard", "for", "while", "switch", "catch", "repeat"].contains { file.hasWord($0) }
  }

  @Test func typesAreNouns() {
    let kinds: Set<Substring> = ["class", "struct", "enum", "protocol", "actor", "typealias"]
    let forbidden = ["Manager", "Helper", "Helpers", "Utils", "Util", "Common", "Base", "Impl", "Info"]
    // Most files are left at a glance.
    let breaches = Self.everySwift.filter { file in forbidden.contains { file.code.holds($0) } }.flatMap { file in
      let words = file.words
      return zip(words, words.dropFirst()).filter { kind, name in
        kinds.contains(kind) && name != "ExchangeManager" && forbidden.contains { name.hasSuffix($0) }
      }.map { "\(file.path): \($0.1)" }
    }
    expectNone(breaches, "A type is a noun that says what it is: no \(forbidden.joined(separator: ", ")).")
  }

  @Test func noTestSleepsToWaitForSomething() {
    // Put together here, so that this file does not hold what it looks for.
    let sleeps = ["sle" + "ep(", "Task.sle" + "ep", "usle" + "ep", "nanosle" + "ep"]
    let breaches = Self.everySwift.filter { file in
      file.path.hasPrefix("Tests/") && sleeps.contains { file.code.holds($0) }
    }
    expectNone(breaches.map(\.path), "No test sleeps: it moves the clock or waits for what happens.")
  }

  /// What measures the product must not be another program beside it: what opens sockets to it are scripts and `peers`.
  @Test func benchmarksHaveNoSocketOfTheirOwn() {
    let words = [
      "SOCK_STREAM", "AF_INET", "recv", "accept", "epoll_wait", "sockaddr_in", "sendmsg", "WebSocketFrameHeader",
    ]
    let breaches = Self.tree.files(below: ["Benchmarks"]).flatMap { file in
      words.filter { file.hasWord($0) }.map { "\(file.path): \($0)" }
    }
    expectNone(breaches, "Benchmarks/*.swift speak to sockets through the product alone.")
  }

  @Test func noFileIsAPlaceholder() {
    expectNone(Self.everySwift.filter { $0.name == "Place" + "holder.swift" }.map(\.path), "No stubs.")
  }

  @Test func thePackageHoldsNoPathOfAMachineAndNoOpenRegistry() {
    let folders = ["Sources", "Tests", "Benchmarks", "Recordings", "docs"]
    let endings = [".md", ".h", ".modulemap", ".py", ".sh", ".yml"]
    let single = [
      "Package.swift", "Makefile", "Dockerfile", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", ".ci/run",
      ".ci/deps", ".ci/coverage", ".github/workflows/ci.yml",
    ]
    let homes = ["/wo" + "rk/", "/ho" + "me/", "/ro" + "ot/", "/Us" + "ers/"]
    let files =
      Self.everySwift + Self.tree.files(below: folders, endingWith: endings) + single.compactMap { Self.tree.file($0) }
    let tied = files.flatMap { file in
      homes.filter { file.text.holds($0) }.map { "\(file.path) holds \($0)" }
    }
    expectNone(tied, "Nothing in the package depends on where a machine keeps it.")
    let open = files.filter { single.contains($0.path) }.filter { file in
      String(decoding: file.text, as: UTF8.self).split(separator: "http" + "://", omittingEmptySubsequences: false)
        .dropFirst().contains { rest in
          !["127.0.0.1", "localhost", "HOST"].contains { rest.hasPrefix($0) }
        }
    }
    expectNone(open.map(\.path), "Packages and images come by https.")
  }
}
