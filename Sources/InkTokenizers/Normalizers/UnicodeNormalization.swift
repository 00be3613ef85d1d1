@_spi(_Unicode) import Swift

/// Unicode normalization that remembers where characters come from.
///
/// The text is cut where no character can interact with the one before; each stretch is normalized by the standard
/// library. A character that several were composed to comes from the first of them.
enum UnicodeNormalization {
  static func normalize(_ text: AlignedText, _ form: UnicodeForm) -> AlignedText {
    text.rewritten { writer in
      var index = 0
      while index < text.count {
        let stretch = nextStretch(text, from: index)
        if stretch.scalars.count == 1, stretch.scalars[0].scalar.value < 0xA0 || stretch.isInvalid {
          writer.copy(index, stretch.end)
        } else {
          write(stretch.scalars, form, &writer)
        }
        index = stretch.end
      }
    }
  }

  private struct PlacedScalar {
    var scalar: Unicode.Scalar
    var start: Int
    var end: Int
  }

  private static func nextStretch(
    _ text: AlignedText, from start: Int
  ) -> (scalars: [PlacedScalar], end: Int, isInvalid: Bool) {
    let span = text.bytes.span
    var scalars: [PlacedScalar] = []
    var index = start
    while index < text.count {
      let (value, width) = UTF8Reader.scalar(span, at: index, end: text.count)
      guard let scalar = Unicode.Scalar(value) else {
        if !scalars.isEmpty { break }
        let replacement = PlacedScalar(scalar: "\u{FFFD}", start: index, end: index + width)
        return ([replacement], index + width, true)
      }
      if !scalars.isEmpty, beginsStretch(scalar) { break }
      scalars.append(PlacedScalar(scalar: scalar, start: index, end: index + width))
      index += width
    }
    return (scalars, index, false)
  }

  /// Whether no composition reaches across the place before this character.
  private static func beginsStretch(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x300 { return true }
    // Vowels and finals of Hangul join the syllable before.
    if (0x1160...0x11FF).contains(scalar.value) { return false }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: return false
    default: break
    }
    guard let first = decomposition(scalar, .decomposed).first else { return true }
    return first.properties.canonicalCombiningClass == .notReordered
  }

  private static func write(
    _ stretch: [PlacedScalar], _ form: UnicodeForm, _ writer: inout AlignedText.Writer
  ) {
    var decomposed: [(scalar: Unicode.Scalar, source: PlacedScalar)] = []
    for placed in stretch {
      for scalar in decomposition(placed.scalar, form) { decomposed.append((scalar, placed)) }
    }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: decomposed.map(\.scalar))
    let result: [Unicode.Scalar] =
      switch form {
      case .composed, .compatibilityComposed: Array(String(view)._nfc)
      case .decomposed, .compatibilityDecomposed: Array(String(view)._nfd)
      }
    var isUsed = [Bool](repeating: false, count: decomposed.count)
    for scalar in result {
      var source: PlacedScalar?
      for part in decomposition(scalar, .decomposed) {
        guard let at = decomposed.indices.first(where: { !isUsed[$0] && decomposed[$0].scalar == part }) else {
          continue
        }
        isUsed[at] = true
        if source == nil { source = decomposed[at].source }
      }
      guard let place = source ?? stretch.last else { continue }
      writer.write(String(scalar).utf8, for: place.start, place.end)
    }
  }

  /// The full decomposition of one character.
  private static func decomposition(_ scalar: Unicode.Scalar, _ form: UnicodeForm) -> [Unicode.Scalar] {
    switch form {
    case .composed, .decomposed: return Array(String(scalar)._nfd)
    case .compatibilityComposed, .compatibilityDecomposed:
      let canonical = Array(String(scalar)._nfd)
      return canonical.flatMap { scalar in
        CompatibilityMappings.mapping(scalar).map { Array(String($0)._nfd) } ?? [scalar]
      }
    }
  }
}
