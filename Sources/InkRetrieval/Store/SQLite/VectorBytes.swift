import Foundation

/// Vectors as a database keeps them: f32, little-endian.
enum VectorBytes {
  static func data(_ vector: [Float]) -> Data {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(vector.count * 4)
    for element in vector {
      let bits = element.bitPattern
      bytes.append(UInt8(truncatingIfNeeded: bits))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 24))
    }
    return Data(bytes)
  }

  /// - Throws: `store` when the bytes are not those of a vector of the dimension.
  static func vector(_ data: Data, dimension: Int, path: String) throws(RetrievalError) -> [Float] {
    let bytes = [UInt8](data)
    guard bytes.count == dimension * 4 else {
      throw RetrievalError(
        .store, context: path, expected: "vectors of \(dimension) elements", found: "one of \(bytes.count) bytes",
        hint: "The base is damaged; make it anew and add its documents again.")
    }
    return (0..<dimension).map { index in
      let at = index * 4
      let low = UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8
      let high = UInt32(bytes[at + 2]) | UInt32(bytes[at + 3]) << 8
      return Float(bitPattern: low | high << 16)
    }
  }
}
