import Testing
import Wire

/// A wrong pattern is the program's fault and stops it.
@Suite struct RouterPreconditionTests {
  @Test func aRouteIsAddedOnceWhateverItsParametersAreCalled() async {
    await #expect(processExitsWith: .failure) {
      var router = Router<Int>()
      router.add(.get, "/{a}/x", 1)
      router.add(.get, "/{b}/x", 2)
    }
  }

  @Test func aPatternHasNoEmptySegment() async {
    await #expect(processExitsWith: .failure) {
      var router = Router<Int>()
      router.add(.get, "/a/", 1)
    }
  }

  @Test func aPatternBeginsWithASlash() async {
    await #expect(processExitsWith: .failure) {
      var router = Router<Int>()
      router.add(.get, "a", 1)
    }
  }

  @Test func aParameterHasANameOfItsOwn() async {
    await #expect(processExitsWith: .failure) {
      var router = Router<Int>()
      router.add(.get, "/{a}/{a}", 1)
    }
  }
}
