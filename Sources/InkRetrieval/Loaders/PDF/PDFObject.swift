/// An object of a PDF file (ISO 32000-1, 7.3).
enum PDFObject {
  case null
  case boolean(Bool)
  case number(Double)
  case string([UInt8])
  case name(String)
  case array([PDFObject])
  case dictionary([String: PDFObject])
  indirect case stream(PDFStream)
  case reference(Int)

  /// The whole number it is; nil for anything else.
  var integer: Int? {
    if case .number(let value) = self, value.magnitude < 1e15 { return Int(value) }
    return nil
  }

  var number: Double? {
    if case .number(let value) = self, value.isFinite { return value }
    return nil
  }

  var name: String? {
    if case .name(let value) = self { return value }
    return nil
  }

  var string: [UInt8]? {
    if case .string(let value) = self { return value }
    return nil
  }
}

/// A stream of a PDF file: its dictionary and where its packed bytes lie.
struct PDFStream {
  var dictionary: [String: PDFObject]
  var range: Range<Int>
  /// The object it is, which decryption needs.
  var object: Int
  var generation: Int
}
