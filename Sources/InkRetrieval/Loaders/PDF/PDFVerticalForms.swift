/// The forms that punctuation has in lines from top to bottom (Unicode, Vertical Forms and CJK Compatibility Forms),
/// as the characters that everyone writes and searches.
enum PDFVerticalForms {
  private static let first = Array("，、。：；！？〖〗…".unicodeScalars)
  private static let second = Array("‥—–＿﹏（）｛｝〔〕【】《》〈〉「」『』".unicodeScalars)

  /// A glyph's text with upright forms.
  static func upright(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { isForm($0.value) }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars { result.unicodeScalars.append(upright(scalar)) }
    return result
  }

  private static func isForm(_ value: UInt32) -> Bool {
    (0xFE10...0xFE19).contains(value) || (0xFE30...0xFE44).contains(value) || (0xFE47...0xFE48).contains(value)
  }

  private static func upright(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0xFE10...0xFE19: first[Int(scalar.value - 0xFE10)]
    case 0xFE30...0xFE44: second[Int(scalar.value - 0xFE30)]
    case 0xFE47: "［"
    case 0xFE48: "］"
    default: scalar
    }
  }
}
