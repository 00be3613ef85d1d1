public import InkChat

/// What a client is told when a request fails: a status and the four fields of OpenAI's error object.
public struct ServerError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The error's `type`, which goes with a status of HTTP.
  public enum Kind: Sendable, Hashable {
    /// 400: the request cannot be understood or asks for what cannot be.
    case invalidRequest
    /// 401: the key is missing or unknown.
    case authentication
    /// 403: the key may not do this.
    case permission
    /// 404: there is no such model, route or object.
    case notFound
    /// 405: the route does not know the method.
    case methodNotAllowed
    /// 408: the request did not arrive in the time it was given.
    case requestTimeout
    /// 409: the object's state forbids it.
    case conflict
    /// 413: the body is too large.
    case tooLarge
    /// 415: the body is of a type that the route does not read.
    case unsupportedMediaType
    /// 429: too many requests; to be repeated after some seconds.
    case rateLimit(retryAfter: Int)
    /// 500: the server's own fault.
    case server
    /// 501: the route exists, what it asks for does not yet.
    case notImplemented
    /// 502: the endpoint behind this server failed.
    case badGateway
    /// 503: the model is being loaded, or the server is draining; to be repeated after some seconds.
    case unavailable(retryAfter: Int)
    /// 504: not answered in time.
    case timeout
  }

  /// Status and `type`.
  public var kind: Kind
  /// What went wrong and what to do about it, for people.
  public var message: String
  /// The field of the request that is at fault.
  public var param: String?
  /// A word for programs, such as `context_length_exceeded`.
  public var code: String?
  /// What the server's log says besides and no client is told, such as the address of an endpoint.
  public var cause: String?

  /// An error of which everything may be told; `cause` is set afterwards.
  public init(_ kind: Kind, _ message: String, param: String? = nil, code: String? = nil) {
    self.kind = kind
    self.message = message
    self.param = param
    self.code = code
  }

  /// The message and the cause, for whoever runs the server.
  public var description: String { cause.map { "\(message) (\($0))" } ?? message }

  /// The status of HTTP.
  public var status: Int {
    switch kind {
    case .invalidRequest: 400
    case .authentication: 401
    case .permission: 403
    case .notFound: 404
    case .methodNotAllowed: 405
    case .requestTimeout: 408
    case .conflict: 409
    case .tooLarge: 413
    case .unsupportedMediaType: 415
    case .rateLimit: 429
    case .server: 500
    case .notImplemented: 501
    case .badGateway: 502
    case .unavailable: 503
    case .timeout: 504
    }
  }

  /// The error object's `type`.
  public var type: String {
    switch kind {
    case .invalidRequest, .methodNotAllowed, .requestTimeout, .conflict, .tooLarge, .unsupportedMediaType, .notFound:
      "invalid_request_error"
    case .authentication: "authentication_error"
    case .permission: "permission_error"
    case .rateLimit: "rate_limit_error"
    case .server, .badGateway: "server_error"
    case .notImplemented: "not_implemented_error"
    case .unavailable: "unavailable_error"
    case .timeout: "timeout_error"
    }
  }

  /// Seconds after which the request may be repeated.
  public var retryAfter: Int? {
    switch kind {
    case .rateLimit(let seconds), .unavailable(let seconds): seconds
    default: nil
    }
  }

  /// `{"error": {"message", "type", "param", "code"}}`.
  public var body: JSONValue {
    [
      "error": [
        "message": .string(message), "type": .string(type), "param": param.map { .string($0) } ?? .null,
        "code": code.map { .string($0) } ?? .null,
      ]
    ]
  }
}
