internal import Contract
internal import Wire

/// What a client is told when there is no answer: the one table of codes, statuses and retry advice.
struct APIError: Error, Equatable {
  /// The word of each fault, its status, and whether the same request may succeed later.
  enum Code: String, CaseIterable {
    /// No such exchange, or not enabled.
    case unknownExchange = "unknown_exchange"
    /// The exchange does not list the symbol.
    case unknownSymbol = "unknown_symbol"
    /// The exchange lacks the capability.
    case unsupported
    /// No such route.
    case notFound = "not_found"
    /// The route has no such method.
    case methodNotAllowed = "method_not_allowed"
    /// No route has such a method.
    case notImplemented = "not_implemented"
    /// A parameter is out of range, not a number, or names nothing.
    case invalidParameter = "invalid_parameter"
    /// A WebSocket path asked for without an upgrade.
    case upgradeRequired = "upgrade_required"
    /// A browser page of a foreign origin.
    case forbiddenOrigin = "forbidden_origin"
    /// A host name that is not ours.
    case misdirectedRequest = "misdirected_request"
    /// The answer is none of those that the client's `If-Match` names.
    case preconditionFailed = "precondition_failed"
    /// No form of the answer that the client's `Accept-Encoding` allows.
    case notAcceptable = "not_acceptable"
    /// The client's address has made too many requests.
    case rateLimited = "rate_limited"
    /// The bytes were no request.
    case badRequest = "bad_request"
    /// A WebSocket command has no such operation. This and the next three are never the answer to a request.
    case unknownOperation = "unknown_op"
    /// The client has the stream open already.
    case alreadySubscribed = "already_subscribed"
    /// The client has no such stream open.
    case notSubscribed = "not_subscribed"
    /// The client has as many streams open as one client may.
    case tooManySubscriptions = "too_many_subscriptions"
    /// The exchange answered with an error or nonsense.
    case upstreamError = "upstream_error"
    /// The exchange refuses to talk to us (403, 451).
    case upstreamBlocked = "upstream_blocked"
    /// The exchange cannot be reached.
    case upstreamUnavailable = "upstream_unavailable"
    /// The exchange's request limit is used up.
    case upstreamLimited = "upstream_limited"
    /// The exchange did not answer in time.
    case upstreamTimeout = "upstream_timeout"
    /// A fault of ours.
    case internalFault = "internal"

    var status: HTTPStatus {
      switch self {
      case .unknownExchange, .unknownSymbol, .unsupported, .notFound: .notFound
      case .methodNotAllowed: .methodNotAllowed
      case .notImplemented: .notImplemented
      case .invalidParameter: .unprocessableContent
      case .upgradeRequired: .upgradeRequired
      case .forbiddenOrigin: .forbidden
      case .misdirectedRequest: .misdirectedRequest
      case .preconditionFailed: .preconditionFailed
      case .notAcceptable: .notAcceptable
      case .rateLimited: .tooManyRequests
      case .badRequest, .unknownOperation, .alreadySubscribed, .notSubscribed, .tooManySubscriptions: .badRequest
      case .upstreamError, .upstreamBlocked: .badGateway
      case .upstreamUnavailable, .upstreamLimited: .serviceUnavailable
      case .upstreamTimeout: .gatewayTimeout
      case .internalFault: .internalServerError
      }
    }

    var isRetryable: Bool {
      switch self {
      case .rateLimited, .upstreamError, .upstreamUnavailable, .upstreamLimited, .upstreamTimeout: true
      default: false
      }
    }
  }

  /// A parameter that was refused.
  struct Parameter: Equatable {
    enum Place: String { case query, path }
    let place: Place
    let name: String
    /// The kind of fault, a word (`int_parsing`, `greater_than_equal`).
    let type: String
    let message: String
    let input: String
  }

  let code: Code
  let detail: String
  /// Whether the same request may succeed later: what the code says, but for a refusal that would be repeated.
  var isRetryable: Bool
  var retryAfterSeconds: Int64?
  /// For `invalidParameter`: what is wrong with each.
  var parameters: [Parameter] = []
  /// For `methodNotAllowed`: what is allowed.
  var allowedMethods: [HTTPMethod] = []

  init(_ code: Code, _ detail: String, retryAfterSeconds: Int64? = nil) {
    self.code = code
    self.detail = detail
    isRetryable = code.isRetryable
    self.retryAfterSeconds = retryAfterSeconds
  }

  /// A request with refused parameters.
  init(invalid parameters: [Parameter]) {
    self.init(.invalidParameter, "a parameter is not valid")
    self.parameters = parameters
  }

  /// All of it in one sentence, for where there is no list of parameters.
  var sentence: String {
    guard !parameters.isEmpty else { return code == .internalFault ? "internal error" : detail }
    return parameters.map { "\($0.name) '\($0.input)': \($0.message)" }.joined(separator: "; ")
  }

  /// How long to stay away when an exchange is down and does not say, in seconds.
  static let defaultRetrySeconds: Int64 = 5

  /// What a failed question to an exchange means for the client.
  init(_ error: ExchangeError, exchange: String) {
    let text = "\(exchange): \(error.reason)"
    switch error.kind {
    case .unsupported: self.init(.unsupported, text)
    case .unknownSymbol: self.init(.unknownSymbol, text)
    case .blocked: self.init(.upstreamBlocked, text)
    case .rejected:
      self.init(.upstreamError, text)
      isRetryable = false
    case .unavailable where error.pauseMilliseconds != nil:
      self.init(.upstreamUnavailable, text, retryAfterSeconds: APIError.retrySeconds(error.pauseMilliseconds))
    case .unavailable, .malformed: self.init(.upstreamError, text, retryAfterSeconds: APIError.defaultRetrySeconds)
    case .unreachable: self.init(.upstreamUnavailable, text, retryAfterSeconds: APIError.defaultRetrySeconds)
    case .timeout: self.init(.upstreamTimeout, text, retryAfterSeconds: APIError.defaultRetrySeconds)
    case .limited: self.init(.upstreamLimited, text, retryAfterSeconds: APIError.retrySeconds(error.pauseMilliseconds))
    }
  }

  /// A pause in whole seconds; the usual one where none is known.
  static func retrySeconds(_ milliseconds: Int64?) -> Int64 {
    milliseconds.map { max(1, ($0 + 999) / 1000) } ?? defaultRetrySeconds
  }

  /// The answer with its JSON body.
  var response: HTTPResponse {
    var response = HTTPResponse(code.status, body: .bytes(ErrorEncoding.body(of: self)))
    response.headers["Content-Type"] = "application/json"
    // Some of these statuses may be stored by a cache that is not told otherwise (RFC 9110 §15.1).
    response.headers["Cache-Control"] = "no-store"
    if let retryAfterSeconds { response.headers["Retry-After"] = String(retryAfterSeconds) }
    if !allowedMethods.isEmpty {
      response.headers["Allow"] = allowedMethods.map(\.name).joined(separator: ", ")
    }
    return response
  }
}
