/// Why a call failed, as the protocol tells it.
struct RemoteCallFailure: Error, Hashable, Sendable {
  enum Code: Hashable, Sendable {
    case parseError, invalidRequest, methodNotFound, invalidParameters, internalError, resourceNotFound, busy
    case other(Int64)

    init(_ number: Int64) {
      self =
        switch number {
        case -32700: .parseError
        case -32600: .invalidRequest
        case -32601: .methodNotFound
        case -32602: .invalidParameters
        case -32603: .internalError
        case -32002: .resourceNotFound
        case -32000: .busy
        default: .other(number)
        }
    }

    var number: Int64 {
      switch self {
      case .parseError: -32700
      case .invalidRequest: -32600
      case .methodNotFound: -32601
      case .invalidParameters: -32602
      case .internalError: -32603
      case .resourceNotFound: -32002
      case .busy: -32000
      case .other(let number): number
      }
    }
  }
  let code: Code
  let message: String
}
