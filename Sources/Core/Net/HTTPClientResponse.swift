/// The answer to an `HTTPClientRequest`, whole.
public struct HTTPClientResponse: Sendable {
  /// The status code; every code is an answer, none an error.
  public var status: Int
  /// Header fields in the order received, names in lower case.
  public var headers: [(name: String, value: String)]
  /// The body, decompressed.
  public var body: [UInt8]
  /// The wall clock, in microseconds since 1970, when the request was handed to be sent: nothing in the answer is
  /// younger than what the server knew then.
  public var sentMicroseconds: Int64

  /// A response of the given properties.
  public init(
    status: Int, headers: [(name: String, value: String)] = [], body: [UInt8], sentMicroseconds: Int64
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.sentMicroseconds = sentMicroseconds
  }

  /// The value of the first header of that name; `nil` when there is none. `name` in lower case.
  public func header(_ name: String) -> String? {
    headers.first { $0.name == name }?.value
  }
}
