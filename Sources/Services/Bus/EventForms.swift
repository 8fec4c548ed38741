/// The shapes in which the clients of a topic want its events, put together when the clients change and not with each
/// event.
public struct EventForms: Sendable, Equatable {
  /// The shapes as they are encoded, each once.
  public let plain: [EventForm]
  /// Those of them that somebody wants compressed.
  public let compressed: [EventForm]

  /// Nobody wants anything.
  public static let none = EventForms([])

  /// The shapes of some wishes.
  public init(_ forms: some Sequence<EventForm>) {
    let wishes = Set(forms)
    plain = Array(Set(wishes.map(\.plain)))
    compressed = wishes.filter(\.isCompressed).map(\.plain)
  }
}
