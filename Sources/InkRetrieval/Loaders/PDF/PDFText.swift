/// Texts of a PDF file outside its pages (ISO 32000-1, 7.9.2.2).
enum PDFText {
  /// The text of a string in UTF-16 or UTF-8 with their marks, else in a Western encoding.
  static func decode(_ bytes: [UInt8]) -> String {
    if bytes.starts(with: [0xFE, 0xFF]) {
      let units = stride(from: 2, to: bytes.count - 1, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
      return String(decoding: units, as: UTF16.self)
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return String(decoding: bytes.dropFirst(3), as: UTF8.self) }
    return TextEncoding.windows1252.decode(bytes) ?? ""
  }
}
