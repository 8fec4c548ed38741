import Model
import Support
import Testing

@testable import Services

@Suite struct TopicAudienceTests {
  private let topic = BusTopic.market(Topic(.candles(.oneMinute), of: ToyExchange.alpha))
  private let form = EventForm(rawValue: 1)
  private let other = EventForm(rawValue: 2)

  private func request(_ form: EventForm, lane: Int, since: ResumePoint? = nil, isNumbered: Bool = true) -> JoinRequest
  {
    JoinRequest(topic: topic, form: form, lane: lane, ticket: 1, isNumbered: isNumbered, since: since)
  }

  private func candle(_ minute: Int64, closed: Bool = false) -> BusEvent {
    let one = FixedDecimal(1)
    return .market(
      .candle(
        Candle(
          instrument: ToyExchange.alpha, interval: .oneMinute, openTime: Timestamp(microseconds: minute * 60_000_000),
          open: one, high: one, low: one, close: one, baseVolume: one, quoteVolume: nil, tradesCount: nil,
          isClosed: closed, receiveTime: .epoch)))
  }

  /// An audience that was told two states of a candle, its final, and a state of the next.
  private func told() -> (audience: TopicAudience, latest: TopicLog.Entry) {
    var audience = TopicAudience(epoch: 9)
    audience.add(request(form, lane: 0))
    let events = [candle(1), candle(1), candle(1, closed: true), candle(2)]
    let numbers = events.map { audience.append($0) }
    return (audience, TopicLog.Entry(sequence: numbers[3], event: events[3]))
  }

  @Test func aLaneLeavesWithItsLastForm() {
    var audience = TopicAudience(epoch: 9)
    for (form, lane) in [(form, 0), (other, 0), (form, 2)] { audience.add(request(form, lane: lane)) }
    #expect(Set(audience.forms.plain) == [form, other] && Set(audience.lanes.keys) == [0, 2])
    #expect(audience.remove(form, lane: 0) && !audience.remove(form, lane: 0))
    #expect(Set(audience.lanes.keys) == [0, 2])
    #expect(audience.remove(other, lane: 0) && audience.remove(form, lane: 2))
    #expect(audience.isEmpty && audience.forms == .none)
  }

  @Test func aNewcomerBeginsWithTheCurrentCandleAndTheNumberBeforeIt() {
    let (audience, latest) = told()
    let (standing, events) = audience.beginning(of: request(form, lane: 1), latest: latest)
    #expect(standing == TopicStanding(point: ResumePoint(epoch: 9, sequence: 3), isRecovered: nil))
    #expect(events.map(\.sequence) == [4])
    let empty = audience.beginning(of: request(form, lane: 1), latest: nil)
    #expect(empty.standing.point.sequence == 4 && empty.events.isEmpty)
  }

  @Test func whoComesBackGetsWhatMustNotBeLostThenTheNewestOpenCandle() {
    let (audience, latest) = told()
    func numbers(since sequence: UInt64) -> [UInt64] {
      let since = ResumePoint(epoch: 9, sequence: sequence)
      let (standing, events) = audience.beginning(of: request(form, lane: 1, since: since), latest: latest)
      #expect(standing == TopicStanding(point: since, isRecovered: true))
      return events.map(\.sequence)
    }
    #expect((0...4).map { numbers(since: $0) } == [[3, 4], [3, 4], [3, 4], [4], []])
  }

  @Test func whoCannotBeGivenAllIsToldSoAndBeginsAnew() {
    let (audience, latest) = told()
    for since in [ResumePoint(epoch: 8, sequence: 2), ResumePoint(epoch: 9, sequence: 5)] {
      let (standing, events) = audience.beginning(of: request(form, lane: 1, since: since), latest: latest)
      #expect(standing == TopicStanding(point: ResumePoint(epoch: 9, sequence: 3), isRecovered: false))
      #expect(events.map(\.sequence) == [4])
    }
  }

  @Test func aFinalThatIsTheLatestIsNotToldTwice() {
    var audience = TopicAudience(epoch: 9)
    audience.add(request(form, lane: 0))
    let number = audience.append(candle(1, closed: true))
    let latest = TopicLog.Entry(sequence: number, event: candle(1, closed: true))
    let since = ResumePoint(epoch: 9, sequence: 0)
    #expect(audience.beginning(of: request(form, lane: 1, since: since), latest: latest).events.map(\.sequence) == [1])
  }
}
