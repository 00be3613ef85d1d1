import Hummingbird
import InkChat
import InkRetrieval

extension ServerError {
  /// What a client is told of any error. Errors that are nobody's words for a client stay on this side.
  package init(reporting error: any Error) {
    switch error {
    case let error as ServerError: self = error
    case let error as GenerationError: self.init(error)
    case let error as RetrievalError: self.init(error)
    case is CancellationError: self.init(.invalidRequest, "The request was cancelled.", code: "cancelled")
    case let error as HTTPError:
      self.init(status: error.status.code, message: error.body ?? error.status.reasonPhrase)
    default: self.init(.server, "The server failed at this request; its log says why.", code: "internal_error")
    }
  }

  private init(status: Int, message: String) {
    switch status {
    case 401: self.init(.authentication, message)
    case 403: self.init(.permission, message)
    case 404: self.init(.notFound, message, code: "unknown_url")
    case 405: self.init(.methodNotAllowed, message, code: "method_not_allowed")
    case 408: self.init(.requestTimeout, message)
    case 413: self.init(.tooLarge, message)
    case 415: self.init(.unsupportedMediaType, message)
    case 400..<500: self.init(.invalidRequest, message)
    default: self.init(.server, "The server failed at this request; its log says why.", code: "internal_error")
    }
  }
}
