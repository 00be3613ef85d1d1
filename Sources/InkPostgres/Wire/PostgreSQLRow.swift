import InkRetrieval
import NIOCore

/// A row of an answer. Columns are read by their place, in binary form.
struct PostgreSQLRow: Sendable {
  let columns: [ByteBuffer?]

  func isNull(_ place: Int) throws(RetrievalError) -> Bool { try column(place) == nil }

  /// `int2`, `int4` or `int8`.
  func integer(_ place: Int) throws(RetrievalError) -> Int64 {
    var bytes = try value(place)
    let number: Int64? =
      switch bytes.readableBytes {
      case 8: bytes.readInteger(as: Int64.self)
      case 4: bytes.readInteger(as: Int32.self).map { Int64($0) }
      case 2: bytes.readInteger(as: Int16.self).map { Int64($0) }
      case _: nil
      }
    guard let number else { throw Self.unexpected(place, "a whole number") }
    return number
  }

  func count(_ place: Int) throws(RetrievalError) -> Int {
    guard let number = Int(exactly: try integer(place)) else { throw Self.unexpected(place, "a count") }
    return number
  }

  func optionalCount(_ place: Int) throws(RetrievalError) -> Int? { try isNull(place) ? nil : count(place) }

  /// `float8`.
  func real(_ place: Int) throws(RetrievalError) -> Double {
    var bytes = try value(place)
    guard bytes.readableBytes == 8, let bits: UInt64 = bytes.readInteger() else {
      throw Self.unexpected(place, "a number")
    }
    return Double(bitPattern: bits)
  }

  func text(_ place: Int) throws(RetrievalError) -> String {
    guard let text = String(validating: try value(place).readableBytesView, as: UTF8.self) else {
      throw Self.unexpected(place, "text in UTF-8")
    }
    return text
  }

  func optionalText(_ place: Int) throws(RetrievalError) -> String? { try isNull(place) ? nil : text(place) }

  /// `bytea`.
  func bytes(_ place: Int) throws(RetrievalError) -> [UInt8] { Array(try value(place).readableBytesView) }

  func optionalBytes(_ place: Int) throws(RetrievalError) -> [UInt8]? { try isNull(place) ? nil : bytes(place) }

  /// pgvector's `vector`.
  func vector(_ place: Int, dimension: Int) throws(RetrievalError) -> [Float] {
    var bytes = try value(place)
    guard let count: UInt16 = bytes.readInteger(), bytes.readInteger(as: UInt16.self) != nil,
      Int(count) == dimension, bytes.readableBytes == 4 * dimension
    else { throw Self.unexpected(place, "a vector of \(dimension) elements") }
    var elements: [Float] = []
    elements.reserveCapacity(dimension)
    while let bits: UInt32 = bytes.readInteger() { elements.append(Float(bitPattern: bits)) }
    return elements
  }

  private func column(_ place: Int) throws(RetrievalError) -> ByteBuffer? {
    guard columns.indices.contains(place) else { throw Self.unexpected(place, "a column") }
    return columns[place]
  }

  private func value(_ place: Int) throws(RetrievalError) -> ByteBuffer {
    guard let value = try column(place) else { throw Self.unexpected(place, "a value") }
    return value
  }

  private static func unexpected(_ place: Int, _ expected: String) -> RetrievalError {
    RetrievalError(
      .store, context: "PostgreSQL, column \(place + 1) of an answer", expected: expected, found: "something else",
      hint: "The base's tables were changed by another program; restore them from a copy.")
  }
}
