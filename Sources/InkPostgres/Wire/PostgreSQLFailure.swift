import InkRetrieval
import NIOCore

/// An error that the server told of.
struct PostgreSQLFailure: Error, Sendable, Hashable {
  /// SQLSTATE: five characters, the first two its class.
  var state: String
  var message: String
  var detail: String
  var hint: String

  init(state: String, message: String, detail: String = "", hint: String = "") {
    self.state = state
    self.message = message
    self.detail = detail
    self.hint = hint
  }

  init(_ body: inout ByteBuffer) throws(RetrievalError) {
    self.init(state: "", message: "")
    while let field: UInt8 = body.readInteger(), field != 0 {
      guard let value = body.readNullTerminatedString() else {
        throw BackendMessage.damage("an error that ends too early")
      }
      switch Character(Unicode.Scalar(field)) {
      case "C": state = value
      case "M": message = value
      case "D": detail = value
      case "H": hint = value
      case _: break
      }
    }
    guard !state.isEmpty else { throw BackendMessage.damage("an error without its code") }
  }
}
