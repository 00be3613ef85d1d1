/// An entry of an event file: the few fields of TensorFlow's `Event` message (tensorflow/core/util/event.proto) that curves
/// need, in the wire format of Protocol Buffers.
struct EventMessage: Sendable, Hashable {
  /// What the entry tells.
  enum Content: Sendable, Hashable {
    /// The version of the format; the first entry of a file.
    case version
    /// A run starts at the entry's step: what earlier files hold of this step and later ones is void.
    case start
    /// Numbers at the entry's step.
    case scalars([TensorBoardWriter.Scalar])
  }

  /// Seconds since 1970.
  var time: Double
  var step: Int
  var content: Content

  /// The message as a record of a TFRecord file: length, its check sum, the message, its check sum.
  var record: [UInt8] {
    let message = encoded
    let length = EventMessage.littleEndian(UInt64(message.count))
    return length + EventMessage.littleEndian(CastagnoliChecksum.masked(length)) + message
      + EventMessage.littleEndian(CastagnoliChecksum.masked(message))
  }

  // MARK: - Wire format

  /// How a field's value is stored.
  private enum Wire: UInt64 {
    case variable = 0
    case eightBytes = 1
    case counted = 2
    case fourBytes = 5
  }

  private var encoded: [UInt8] {
    var message = Self.key(1, .eightBytes) + Self.littleEndian(time.bitPattern)
    // A number that is 0 is left out, as every other writer of the format does.
    if step != 0 { message += Self.key(2, .variable) + Self.variable(UInt64(bitPattern: Int64(step))) }
    switch content {
    case .version: message += Self.counted(3, Array("brain.Event:2".utf8))
    case .start: message += Self.counted(7, Self.key(1, .variable) + Self.variable(1))
    case .scalars(let scalars):
      message += Self.counted(5, scalars.flatMap { Self.counted(1, Self.summary($0)) })
    }
    return message
  }

  /// One value of a summary: its tag and a number in single precision.
  private static func summary(_ scalar: TensorBoardWriter.Scalar) -> [UInt8] {
    counted(1, Array(scalar.tag.utf8)) + key(2, .fourBytes) + littleEndian(Float(scalar.value).bitPattern)
  }

  private static func key(_ field: UInt64, _ wire: Wire) -> [UInt8] { variable(field << 3 | wire.rawValue) }

  private static func counted(_ field: UInt64, _ bytes: [UInt8]) -> [UInt8] {
    key(field, .counted) + variable(UInt64(bytes.count)) + bytes
  }

  /// Seven bits a byte, the lowest first; the high bit says that more follow.
  private static func variable(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
    return bytes
  }

  private static func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> Value($0 * 8)) }
  }
}
