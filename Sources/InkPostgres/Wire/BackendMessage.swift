import InkRetrieval
import NIOCore

/// What a server says, as far as a client of statements needs it.
enum BackendMessage: Sendable {
  case authentication(AuthenticationRequest)
  /// A setting of the session that the server tells of.
  case parameter(name: String, value: String)
  /// A row: the bytes of each column, nil for null.
  case row([ByteBuffer?])
  case error(PostgreSQLFailure)
  /// The server waits for the next statement.
  case ready(TransactionStatus)
  /// One that says nothing a client here needs.
  case other(UInt8)

  /// Where a session stands.
  enum TransactionStatus: UInt8, Sendable, Hashable {
    case idle = 0x49
    case inTransaction = 0x54
    case failed = 0x45
  }

  /// Reads a message's body.
  ///
  /// - Throws: `store` for a body that is not one of its kind.
  static func decode(kind: UInt8, _ body: ByteBuffer) throws(RetrievalError) -> BackendMessage {
    var body = body
    switch Character(Unicode.Scalar(kind)) {
    case "R":
      return .authentication(try AuthenticationRequest(&body))
    case "S":
      guard let name = body.readNullTerminatedString(), let value = body.readNullTerminatedString() else {
        throw damage("a setting without its value")
      }
      return .parameter(name: name, value: value)
    case "D":
      return .row(try columns(&body))
    case "E":
      return .error(try PostgreSQLFailure(&body))
    case "Z":
      guard let byte: UInt8 = body.readInteger(), let status = TransactionStatus(rawValue: byte) else {
        throw damage("an unknown state of the session")
      }
      return .ready(status)
    case "G", "H", "W":
      throw damage("the begin of a copy that nobody asked for")
    case _:
      return .other(kind)
    }
  }

  private static func columns(_ body: inout ByteBuffer) throws(RetrievalError) -> [ByteBuffer?] {
    guard let count: Int16 = body.readInteger(), count >= 0 else { throw damage("a row without columns") }
    var columns: [ByteBuffer?] = []
    columns.reserveCapacity(Int(count))
    for _ in 0..<count {
      guard let size: Int32 = body.readInteger() else { throw damage("a row that ends too early") }
      if size == -1 {
        columns.append(nil)
      } else {
        guard size >= 0, let column = body.readSlice(length: Int(size)) else {
          throw damage("a row that ends too early")
        }
        columns.append(column)
      }
    }
    return columns
  }

  static func damage(_ found: String) -> RetrievalError {
    RetrievalError(
      .store, context: "PostgreSQL", expected: "messages of protocol 3.0", found: found,
      hint: "Check that the address is that of a PostgreSQL server.")
  }
}
