import InkChat

extension RemoteFailure {
  /// What a status other than success, and the error object behind it, mean.
  init(status: Int, retryAfter: Duration?, body: [UInt8]) {
    let report = EndpointErrorReport(body: body)
    let error = report.error(status: status)
    switch status {
    case 429 where report.isAboutQuota: self.init(error)
    case 429, 502, 503: self.init(error, .notBegun(retryAfter: retryAfter))
    default: self.init(error)
    }
  }
}

/// An error as endpoints tell it: OpenAI's object, or one of the shapes that others use.
struct EndpointErrorReport {
  private let message: String
  private let type: String
  private let code: String

  init(body: [UInt8]) {
    let value = try? JSONValue(parsing: body, limits: JSONLimits(depth: 16, values: 1000))
    self.init(value.map { $0["error"] ?? $0 } ?? .string(String(decoding: body.prefix(200), as: UTF8.self)))
  }

  init(_ value: JSONValue) {
    func text(_ name: String) -> String {
      switch value[name] {
      case .string(let text)?: text
      case .integer(let number)?: String(number)
      case .null?, .boolean?, .number?, .array?, .object?, nil: ""
      }
    }
    if case .string(let text) = value { message = text } else { message = text("message") }
    type = text("type")
    code = text("code")
  }

  /// Whether no waiting helps, because somebody has to pay.
  var isAboutQuota: Bool { code == "insufficient_quota" || type == "insufficient_quota" }

  private var isAboutContext: Bool {
    code == "context_length_exceeded" || type == "exceed_context_size_error"
      // vLLM tells it in words alone.
      || message.contains("maximum context length")
  }

  /// The error to throw. A status of 0 stands for an error in the middle of a stream.
  func error(status: Int) -> GenerationError {
    let said = message.isEmpty ? "" : ": \(message.prefix(1000))"
    let found = status == 0 ? "the endpoint reports an error\(said)" : "status \(status)\(said)"
    let (code, hint) = meaning(of: status == 0 ? Int(self.code) ?? 0 : status)
    return GenerationError(code: code, context: "endpoint", found: found, hint: hint)
  }

  private func meaning(of status: Int) -> (GenerationError.Code, String) {
    if isAboutContext { return (.contextExceeded, "Shorten the conversation or ask for fewer tokens.") }
    if isAboutQuota { return (.notAuthorized, "The account at the endpoint has nothing left to spend.") }
    switch status {
    case 401, 403: return (.notAuthorized, "Check the environment variable that holds the endpoint's key.")
    case 404: return (.modelFailure, "Check the model's name at the endpoint, and its address.")
    case 400, 409, 413, 415, 422: return (.invalidInput, "")
    case 408, 504: return (.timedOut, "")
    case 429: return (.overloaded, "Ask again later.")
    case 501: return (.unsupported, "")
    case 502, 503: return (.unavailable, "Ask again later.")
    case 300..<400: return (.unavailable, "Redirections are not followed; give the address it leads to.")
    default: break
    }
    switch type {
    case "invalid_request_error": return (.invalidInput, "")
    case "authentication_error", "permission_error": return (.notAuthorized, "")
    case "rate_limit_error": return (.overloaded, "Ask again later.")
    case "unavailable_error", "overloaded_error": return (.unavailable, "Ask again later.")
    case "timeout_error": return (.timedOut, "")
    default: return (.modelFailure, "")
    }
  }
}
