/// The contents of a text file as UTF-8 without a byte order mark.
enum TextBytes {
  /// - Throws: `DataError` for UTF-32 and for UTF-16 that is cut short or damaged.
  static func utf8(_ bytes: [UInt8], path: String) throws(DataError) -> [UInt8] {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(bytes.dropFirst(3)) }
    if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
      throw DataError(
        .unsupported, context: path, expected: "UTF-8 or UTF-16", found: "UTF-32", hint: "Save the file as UTF-8.")
    }
    if bytes.starts(with: [0xFF, 0xFE]) { return try fromUTF16(bytes.dropFirst(2), .little, path) }
    if bytes.starts(with: [0xFE, 0xFF]) { return try fromUTF16(bytes.dropFirst(2), .big, path) }
    if let order = unmarkedOrder(bytes) { return try fromUTF16(bytes[...], order, path) }
    return bytes
  }

  private enum ByteOrder { case little, big }

  /// UTF-16 without a mark shows by the zeros in its first ASCII characters.
  private static func unmarkedOrder(_ bytes: [UInt8]) -> ByteOrder? {
    guard bytes.count >= 4, bytes.count % 2 == 0 else { return nil }
    if bytes[0] != 0, bytes[1] == 0, bytes[2] != 0, bytes[3] == 0 { return .little }
    if bytes[0] == 0, bytes[1] != 0, bytes[2] == 0, bytes[3] != 0 { return .big }
    return nil
  }

  private static func fromUTF16(
    _ bytes: ArraySlice<UInt8>, _ order: ByteOrder, _ path: String
  ) throws(DataError) -> [UInt8] {
    guard bytes.count % 2 == 0 else {
      throw DataError(
        .invalidRecord, context: path, expected: "UTF-16, two bytes a unit", found: "an odd number of bytes",
        hint: "The file is cut short: fetch it again.")
    }
    let units = stride(from: bytes.startIndex, to: bytes.endIndex, by: 2).map { index in
      switch order {
      case .little: UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8
      case .big: UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
      }
    }
    guard let text = String(validating: units, as: UTF16.self) else {
      throw DataError(
        .invalidRecord, context: path, expected: "UTF-16", found: "half of a surrogate pair",
        hint: "The file is damaged: fetch it again.")
    }
    return Array(text.utf8)
  }
}
