import AsyncHTTPClient
import InkChat

extension GenerationError {
  static let remoteCancelled = GenerationError(
    code: .cancelled, context: "endpoint", found: "the request was cancelled")

  static func lostConnection(after byteCount: Int, _ error: any Error) -> GenerationError {
    if let error = error as? HTTPClientError, error == .readTimeout || error == .deadlineExceeded {
      return GenerationError(code: .timedOut, context: "endpoint", found: "no further piece of the answer in time")
    }
    return GenerationError(
      code: .modelFailure, context: "endpoint", found: "the connection was lost after \(byteCount) bytes of the answer",
      hint: "The answer is cut off; ask again.")
  }

  static func cutAnswer(_ reason: String) -> GenerationError {
    GenerationError(
      code: .modelFailure, context: "endpoint's answer", expected: "an answer with its end", found: reason,
      hint: "The answer is cut off; ask again.")
  }

  static func strangeAnswer(_ expected: String, _ found: String) -> GenerationError {
    GenerationError(
      code: .modelFailure, context: "endpoint's answer", expected: expected, found: found,
      hint: "Check that the address leads to a server with OpenAI's API.")
  }

  static func inexpressible(_ what: String, _ dialect: EndpointDialect, hint: String = "") -> GenerationError {
    GenerationError(
      code: .unsupported, context: what, found: "an endpoint of kind \(dialect.rawValue) has no field for it",
      hint: hint)
  }
}
