public import Contract
public import Sessions

/// The pages of a service beside the exchanges: each is asked for once while it is fresh, however many clients want it.
public actor ReferencePages {
  private struct Page {
    let body: [UInt8]
    /// When it was asked for, in monotonic milliseconds.
    let asked: Int64
  }

  private typealias Outcome = Result<[UInt8], ExchangeError>

  /// The most pages kept.
  static let maxPages = 64
  /// The most bytes kept, all pages together.
  static let maxBytes = 32 << 20

  private let client: ReferenceClient
  private let clock: any TimeSource
  private let freshMilliseconds: Int64
  private var pages: [UpstreamRequest: Page] = [:]
  private var flights: [UpstreamRequest: Task<Outcome, Never>] = [:]

  /// Pages that are given again for so many milliseconds.
  public init(_ client: ReferenceClient, freshMilliseconds: Int64, clock: any TimeSource) {
    self.client = client
    self.freshMilliseconds = freshMilliseconds
    self.clock = clock
  }

  /// A page, byte for byte, before a deadline in monotonic milliseconds. Who asks while another one waits for the same
  /// page gets what that one gets.
  ///
  /// - Throws: `ExchangeError`; a failure is not kept.
  public func body(of request: UpstreamRequest, deadline: Int64) async throws(ExchangeError) -> [UInt8] {
    let now = clock.monotonicMilliseconds
    if let page = pages[request], now - page.asked < freshMilliseconds { return page.body }
    let flight = flights[request] ?? start(request, deadline: deadline)
    return try await flight.value.get()
  }

  /// Pages and bytes that are kept.
  var kept: (pages: Int, bytes: Int) { (pages.count, pages.values.reduce(0) { $0 + $1.body.count }) }

  /// A task of its own: a client that leaves does not take the answer from the others.
  private func start(_ request: UpstreamRequest, deadline: Int64) -> Task<Outcome, Never> {
    let asked = clock.monotonicMilliseconds
    let flight = Task { () -> Outcome in
      let outcome = await self.ask(request, deadline: deadline)
      self.landed(request, outcome, asked: asked)
      return outcome
    }
    flights[request] = flight
    return flight
  }

  private func ask(_ request: UpstreamRequest, deadline: Int64) async -> Outcome {
    do throws(ExchangeError) {
      return .success(try await client.body(of: request, deadline: deadline))
    } catch {
      return .failure(error)
    }
  }

  private func landed(_ request: UpstreamRequest, _ outcome: Outcome, asked: Int64) {
    flights[request] = nil
    guard case .success(let body) = outcome, body.count <= ReferencePages.maxBytes else { return }
    pages[request] = Page(body: body, asked: asked)
    let now = clock.monotonicMilliseconds
    pages = pages.filter { now - $0.value.asked < freshMilliseconds }
    while kept.pages > ReferencePages.maxPages || kept.bytes > ReferencePages.maxBytes,
      let oldest = pages.min(by: { $0.value.asked < $1.value.asked })
    {
      pages[oldest.key] = nil
    }
  }
}
