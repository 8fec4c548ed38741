import Testing

@testable import Sessions

@Suite struct StreamHealthTests {
  @Test func nothingDemandedIsHealthy() {
    #expect(StreamHealth().isHealthy(now: .max))
    #expect(StreamHealth().snapshot.lastMessage == nil)
  }

  @Test func aSessionDownForOverAMinuteIsNot() {
    let health = StreamHealth()
    health.update(connections: 0, subscriptions: 1, downSince: 1000)
    #expect(health.isHealthy(now: 61_000))
    #expect(!health.isHealthy(now: 61_001))
    health.update(connections: 1, subscriptions: 1, downSince: nil)
    #expect(health.isHealthy(now: 1_000_000))
  }

  @Test func aStreamSilentForOverAMinuteMakesItSoAndIsNamedBefore() {
    let health = StreamHealth()
    health.update(silentSince: 1000, silence: "mute")
    #expect(health.snapshot.silence == "mute")
    #expect(health.trouble(now: 61_000) == nil)
    #expect(health.trouble(now: 61_001) == "mute")
    // One that nothing has proven does not.
    health.update(silentSince: nil, silence: "mute")
    #expect(health.isHealthy(now: 1_000_000))
    #expect(health.snapshot.silence == "mute")
    health.update(silentSince: nil, silence: nil)
    #expect(health.snapshot.silence == nil)
  }

  @Test func theLastMessageIsRemembered() {
    let health = StreamHealth()
    #expect(health.snapshot.lastMessage == nil)
    health.heard(at: 5)
    health.update(connections: 1, subscriptions: 2, downSince: nil)
    #expect(health.snapshot.lastMessage == 5)
    #expect(health.snapshot.connections == 1)
    #expect(health.snapshot.subscriptions == 2)
  }

  @Test func partInAFeedStaysWhateverTheStreamsDo() {
    let health = StreamHealth()
    #expect(!health.snapshot.isInFeed)
    health.note(isInFeed: true)
    health.update(connections: 1, subscriptions: 2, downSince: nil)
    #expect(health.snapshot.isInFeed)
    health.note(isInFeed: false)
    #expect(!health.snapshot.isInFeed)
  }
}
