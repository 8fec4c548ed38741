internal import Model
internal import Services
internal import Telemetry

/// A lane whose publisher has nothing to tell a newcomer, and answers at once.
enum BenchmarkBus {
  /// Unchecked, as it is used on the thread of its lane alone.
  private final class AdmittingLine: LaneLine, @unchecked Sendable {
    private unowned let lane: BusLane

    init(_ lane: BusLane) { self.lane = lane }

    func post(_ message: LaneMessage) {
      guard case .join(let request) = message else { return }
      let standing = TopicStanding(point: ResumePoint(epoch: 1, sequence: 0), isRecovered: nil)
      lane.receive(.admission(Admission(ticket: request.ticket, standing: standing, notices: [], events: [])))
    }
  }

  /// A lane for topics of the exchange `bench`.
  static func lane() -> BusLane {
    let lane = BusLane(index: 0, metrics: BusMetrics(MetricsRegistry()))
    lane.publishers = [ExchangeID("bench"): AdmittingLine(lane)]
    return lane
  }
}
