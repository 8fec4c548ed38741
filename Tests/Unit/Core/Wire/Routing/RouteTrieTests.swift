import Testing

@testable import Wire

/// The search itself is tested by way of the router.
@Suite struct RouteTrieTests {
  @Test func routesAreNumberedAsTheyAreAdded() {
    var trie = RouteTrie()
    trie.add(.get, "/a")
    trie.add(.post, "/a")
    trie.add(.get, "/{x}")
    for (method, path, number) in [(HTTPMethod.get, "/a", 0), (.post, "/a", 1), (.get, "/b", 2), (.head, "/b", 2)] {
      guard case .found(number, _) = trie.match(method, path: path) else {
        Issue.record("\(method) \(path) is not route \(number)")
        continue
      }
    }
  }

  /// Two literals and two parameters a level: every way is tried before the path is given up.
  @Test func allWaysAreTried() {
    var trie = RouteTrie()
    trie.add(.get, "/a/a/a/x")
    trie.add(.get, "/a/{p}/a/y")
    trie.add(.get, "/{p}/a/{q}/z")
    for (path, number) in [("/a/a/a/x", 0), ("/a/a/a/y", 1), ("/a/a/a/z", 2)] {
      guard case .found(number, _) = trie.match(.get, path: path) else {
        Issue.record("\(path) is not route \(number)")
        continue
      }
    }
    guard case .notFound = trie.match(.get, path: "/a/a/a/w") else {
      Issue.record("/a/a/a/w was found")
      return
    }
  }

  // MARK: a wrong pattern is the program's fault and stops it

  @Test func aRouteIsAddedOnceWhateverItsParametersAreCalled() async {
    await #expect(processExitsWith: .failure) {
      var trie = RouteTrie()
      trie.add(.get, "/{a}/x")
      trie.add(.get, "/{b}/x")
    }
  }

  @Test func aPatternHasNoEmptySegment() async {
    await #expect(processExitsWith: .failure) {
      var trie = RouteTrie()
      trie.add(.get, "/a/")
    }
  }

  @Test func aPatternBeginsWithASlash() async {
    await #expect(processExitsWith: .failure) {
      var trie = RouteTrie()
      trie.add(.get, "a")
    }
  }

  @Test func aParameterHasANameOfItsOwn() async {
    await #expect(processExitsWith: .failure) {
      var trie = RouteTrie()
      trie.add(.get, "/{a}/{a}")
    }
  }
}
