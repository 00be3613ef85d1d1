import InkRetrieval
import NIOCore

/// How a server wants to be convinced.
enum AuthenticationRequest: Sendable, Hashable {
  /// It is.
  case accepted
  case clearTextPassword
  case md5Password(salt: [UInt8])
  case sasl(mechanisms: [String])
  case saslContinue([UInt8])
  case saslFinal([UInt8])
  /// A way that is not known here, by its number.
  case unknown(Int32)

  init(_ body: inout ByteBuffer) throws(RetrievalError) {
    guard let kind: Int32 = body.readInteger() else {
      throw BackendMessage.damage("a demand for authentication without its kind")
    }
    switch kind {
    case 0: self = .accepted
    case 3: self = .clearTextPassword
    case 5:
      guard let salt = body.readBytes(length: 4) else {
        throw BackendMessage.damage("a demand for a hashed password without salt")
      }
      self = .md5Password(salt: salt)
    case 10:
      var mechanisms: [String] = []
      while let name = body.readNullTerminatedString(), !name.isEmpty { mechanisms.append(name) }
      self = .sasl(mechanisms: mechanisms)
    case 11: self = .saslContinue(Array(body.readableBytesView))
    case 12: self = .saslFinal(Array(body.readableBytesView))
    case _: self = .unknown(kind)
    }
  }
}
