/// Categories as Unicode 8 and 9 had them.
///
/// The reference implementations of BERT's normalizer and of some pre-tokenizers carry old tables. Characters that came
/// later have no category there, and a few have changed theirs since.
enum EarlyCategories {
  /// Control, format or private use (Unicode 8).
  static func isControl(_ value: UInt32) -> Bool {
    guard let properties = properties(value, before: 9) else { return false }
    switch properties.generalCategory {
    case .control, .format, .privateUse: return true
    default: return false
    }
  }

  /// A mark without width of its own (Unicode 8).
  static func isNonspacingMark(_ value: UInt32) -> Bool {
    if value < 0x300 { return false }
    switch value {
    case 0x1734: return true
    case 0x1885, 0x1886, 0xA9BD, 0x111C9, 0x1171E: return false
    default: return properties(value, before: 9)?.generalCategory == .nonspacingMark
    }
  }

  /// Any mark (Unicode 9).
  static func isMark(_ value: UInt32) -> Bool {
    if value < 0x300 { return false }
    switch value {
    case 0x1CF2, 0x1CF3: return true
    case 0x111C9: return false
    default:
      switch properties(value, before: 10)?.generalCategory {
      case .nonspacingMark, .spacingMark, .enclosingMark: return true
      default: return false
      }
    }
  }

  /// Punctuation (Unicode 8), and the symbols of ASCII.
  static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E, 0x166D, 0x111C9: return true
    case ..<0x80: return false
    default:
      switch properties(scalar.value, before: 9)?.generalCategory {
      case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
        .finalPunctuation, .otherPunctuation:
        return true
      default: return false
      }
    }
  }

  /// Whether a character came after Unicode 9.
  static func isLate(_ value: UInt32) -> Bool {
    // No block below this one has gained a character that normalization touches.
    value >= 0x800 && properties(value, before: 10) == nil
  }

  /// The properties of a character that Unicode had before a version; nil for later ones.
  private static func properties(_ value: UInt32, before version: Int) -> Unicode.Scalar.Properties? {
    guard let properties = Unicode.Scalar(value)?.properties else { return nil }
    // Private use characters have an age too; only unassigned ones have none.
    guard let age = properties.age, age.major < version else { return nil }
    return properties
  }
}
