import NIOCore

/// What a client says, of protocol 3.0.
///
/// PostgreSQL documentation, "Frontend/Backend Protocol", "Message Formats".
enum FrontendMessage: Sendable {
  /// The first message, without a kind: settings such as `user` and `database`.
  case startup([(String, String)])
  /// The answer to a demand for a password: the password or its hash.
  case password(String)
  /// The first message of SASL.
  case saslInitial(mechanism: String, data: [UInt8])
  /// A later message of SASL.
  case saslResponse([UInt8])
  /// Statements without parameters.
  case query(String)
  /// A statement with the types of its parameters, to be bound next.
  case parse(statement: String, types: [UInt32])
  /// Values for the statement that was parsed last; rows are asked for in binary form.
  case bind([PostgreSQLValue])
  case describe
  case execute
  case sync
  case terminate

  static let version: Int32 = 3 << 16

  func write(to buffer: inout ByteBuffer) {
    switch self {
    case .startup(let settings):
      Self.framed(nil, &buffer) { body in
        body.writeInteger(Self.version)
        for (key, value) in settings {
          body.writeNullTerminatedString(key)
          body.writeNullTerminatedString(value)
        }
        body.writeInteger(UInt8(0))
      }
    case .password(let password):
      Self.framed("p", &buffer) { $0.writeNullTerminatedString(password) }
    case .saslInitial(let mechanism, let data):
      Self.framed("p", &buffer) { body in
        body.writeNullTerminatedString(mechanism)
        body.writeInteger(Int32(clamping: data.count))
        body.writeBytes(data)
      }
    case .saslResponse(let data):
      Self.framed("p", &buffer) { $0.writeBytes(data) }
    case .query(let statements):
      Self.framed("Q", &buffer) { $0.writeNullTerminatedString(statements) }
    case .parse(let statement, let types):
      Self.framed("P", &buffer) { body in
        body.writeNullTerminatedString("")
        body.writeNullTerminatedString(statement)
        body.writeInteger(UInt16(clamping: types.count))
        for type in types { body.writeInteger(type) }
      }
    case .bind(let values):
      Self.framed("B", &buffer) { body in Self.writeBinding(values, &body) }
    case .describe:
      Self.framed("D", &buffer) { body in
        body.writeInteger(UInt8(ascii: "P"))
        body.writeNullTerminatedString("")
      }
    case .execute:
      Self.framed("E", &buffer) { body in
        body.writeNullTerminatedString("")
        body.writeInteger(Int32(0))
      }
    case .sync:
      Self.framed("S", &buffer) { _ in }
    case .terminate:
      Self.framed("X", &buffer) { _ in }
    }
  }

  /// The unnamed portal of the unnamed statement, every parameter and every column binary.
  private static func writeBinding(_ values: [PostgreSQLValue], _ body: inout ByteBuffer) {
    body.writeNullTerminatedString("")
    body.writeNullTerminatedString("")
    body.writeInteger(UInt16(1))
    body.writeInteger(UInt16(1))
    body.writeInteger(UInt16(clamping: values.count))
    for value in values { value.write(to: &body) }
    body.writeInteger(UInt16(1))
    body.writeInteger(UInt16(1))
  }

  /// Writes the kind, the length (which counts itself) and the body.
  private static func framed(_ kind: Unicode.Scalar?, _ buffer: inout ByteBuffer, _ body: (inout ByteBuffer) -> Void) {
    if let kind { buffer.writeInteger(UInt8(ascii: kind)) }
    let start = buffer.writerIndex
    buffer.writeInteger(Int32(0))
    body(&buffer)
    buffer.setInteger(Int32(clamping: buffer.writerIndex - start), at: start)
  }

  /// The message's bytes.
  var encoded: ByteBuffer {
    var buffer = ByteBuffer()
    write(to: &buffer)
    return buffer
  }
}
