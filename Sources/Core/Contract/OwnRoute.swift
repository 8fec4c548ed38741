/// A route only one exchange has (predicted funding), whose answer is made from the exchange's reply.
public struct OwnRoute: Sendable {
  /// The route's path below the exchange's name (`/predicted-funding`).
  public var path: String
  /// One sentence for the documents.
  public var summary: String
  /// The query parameters it knows; each may be left out.
  public var parameters: [Parameter]
  /// The question, given the parameters' values; the answer is the JSON that is sent.
  public var inquiry: @Sendable ([String: String]) -> Inquiry<[UInt8]>

  /// A query parameter.
  public struct Parameter: Sendable {
    /// Its name.
    public var name: String
    /// One sentence for the documents.
    public var summary: String

    /// A parameter of the given name.
    public init(name: String, summary: String) {
      self.name = name
      self.summary = summary
    }
  }

  /// A route of the given properties.
  public init(
    path: String, summary: String, parameters: [Parameter],
    inquiry: @escaping @Sendable ([String: String]) -> Inquiry<[UInt8]>
  ) {
    self.path = path
    self.summary = summary
    self.parameters = parameters
    self.inquiry = inquiry
  }
}
