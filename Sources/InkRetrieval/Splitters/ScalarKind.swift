/// What a character is to someone who looks for the ends of sentences.
enum ScalarKind: Sendable, Hashable {
  /// White space that ends a line.
  case newline
  /// Other white space.
  case space
  /// Ends a sentence wherever it stands: 。！？ and their like.
  case wideStop
  /// Ends a sentence when white space follows: . ! ?
  case stop
  /// Ends a clause wherever it stands: ，、：
  case wideComma
  /// Ends a clause when white space follows: , ; :
  case comma
  /// A closing quote or bracket, which belongs to what it closes.
  case closer
  /// Han, kana, hangul.
  case ideograph
  case other

  init(_ value: UInt32) {
    if value < 0x80 {
      self = ScalarKind.ascii(UInt8(truncatingIfNeeded: value))
      return
    }
    switch value {
    case 0x85, 0x2028, 0x2029: self = .newline
    case 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: self = .space
    case 0x3002, 0xFF01, 0xFF1F, 0xFF1B, 0xFF61, 0x2026, 0xFF0E, 0x203C, 0x2047...0x2049: self = .wideStop
    case 0xFF0C, 0x3001, 0xFF1A, 0xFF64: self = .wideComma
    case 0x201D, 0x2019, 0x300D, 0x300F, 0xFF09, 0x3011, 0x300B, 0x3009, 0x3015, 0x3017, 0xBB, 0xFF3D, 0xFF5D, 0xFE42,
      0xFE44:
      self = .closer
    default: self = ScalarKind.isIdeographic(value) ? .ideograph : .other
    }
  }

  private static func ascii(_ byte: UInt8) -> ScalarKind {
    switch byte {
    case 0x0A, 0x0B, 0x0C, 0x0D: .newline
    case 0x09, 0x20: .space
    case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"): .stop
    case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"): .comma
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): .closer
    default: .other
    }
  }

  /// Whether a character is white space.
  static func isWhitespace(_ value: UInt32) -> Bool {
    switch ScalarKind(value) {
    case .newline, .space: true
    case .wideStop, .stop, .wideComma, .comma, .closer, .ideograph, .other: false
    }
  }

  /// Whether a character is written without spaces between words: Han, kana, hangul.
  static func isIdeographic(_ value: UInt32) -> Bool {
    switch value {
    case 0x2E80...0x2FDF, 0x3005...0x3007, 0x3021...0x3029, 0x3041...0x3096, 0x309D...0x30FF, 0x3105...0x318E,
      0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0x1_B000...0x1_B2FF, 0x2_0000...0x3_FFFD:
      true
    default: false
    }
  }
}
