import Foundation

/// Folds characters one stretch at a time: NFKC and Unicode's full case folding, as NFKC_Casefold (UAX 44) has it.
///
/// What a stretch of one character becomes is remembered; texts use few different ones.
struct FoldedCharacters {
  /// What a stretch became.
  struct Folded {
    var scalars: [Unicode.Scalar]
    var kinds: [CharacterKind]
  }

  private var known: [Unicode.Scalar: Folded] = [:]

  /// Whether this character may change with the one before it, so that both are folded together.
  static func joins(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case ..<0x300, 0x4E00...0x9FFF, 0xAC00...0xD7A3: return false
    // Vowels and finals of Hangul; the half-width signs of voicing.
    case 0x1160...0x11FF, 0xFF9E, 0xFF9F: return true
    default: break
    }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: return !scalar.properties.isDefaultIgnorableCodePoint
    default: return false
    }
  }

  /// What a single character becomes.
  mutating func fold(_ scalar: Unicode.Scalar) -> Folded {
    if let folded = known[scalar] { return folded }
    let folded = FoldedCharacters.fold(String(Character(scalar)))
    known[scalar] = folded
    return folded
  }

  /// What a character and the marks on it become.
  static func fold(_ stretch: String) -> Folded {
    let normal = stretch.precomposedStringWithCompatibilityMapping
    // Lower case of upper case of lower case is the full folding: sharp s becomes ss, the final sigma an inner one. The
    // dotless i would become a plain one.
    let isUpper = normal.unicodeScalars.first?.properties.isUppercase == true
    var text = ""
    for scalar in normal.unicodeScalars {
      let lower = scalar.properties.lowercaseMapping
      if scalar.value == 0x131 {
        text.unicodeScalars.append(scalar)
        continue
      }
      for part in lower.unicodeScalars {
        for upper in part.properties.uppercaseMapping.unicodeScalars { text += upper.properties.lowercaseMapping }
      }
    }
    let scalars = Array(text.precomposedStringWithCompatibilityMapping.unicodeScalars)
    let kinds = scalars.enumerated().map { index, scalar in
      let kind = CharacterKind.of(scalar)
      return index == 0 && isUpper && kind == .lowercase ? .uppercase : kind
    }
    return Folded(scalars: scalars, kinds: kinds)
  }
}
