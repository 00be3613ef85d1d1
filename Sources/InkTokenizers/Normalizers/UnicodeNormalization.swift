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
        let stretch = nextStretch(text, from: index, form)
        if stretch.scalars.count == 1, isInert(stretch.scalars[0].scalar) || stretch.isInvalid {
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
    _ text: AlignedText, from start: Int, _ form: UnicodeForm
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
      if !scalars.isEmpty, beginsStretch(scalar, form) { break }
      scalars.append(PlacedScalar(scalar: scalar, start: index, end: index + width))
      index += width
      if scalars.count == 1, isInert(scalar), scalar.value >= 0xA0 { break }
    }
    return (scalars, index, false)
  }

  /// Whether a character is in every form what it is and joins nothing: Latin without accents, Han, and all that came
  /// after Unicode 9, the version of the reference library's tables.
  private static func isInert(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0xA0 || (0x3400...0x4DBF).contains(scalar.value) || (0x4E00...0x9FFF).contains(scalar.value)
      || EarlyCategories.isLate(scalar.value)
  }

  /// Whether no composition reaches across the place before this character.
  private static func beginsStretch(_ scalar: Unicode.Scalar, _ form: UnicodeForm) -> Bool {
    if isInert(scalar) { return true }
    guard let first = decomposition(scalar, form).first else { return true }
    // Vowels and finals of Hangul join the syllable before.
    if (0x1160...0x11FF).contains(first.value) { return false }
    switch first.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: return false
    default: return first.properties.canonicalCombiningClass == .notReordered
    }
  }

  /// A part of a decomposition, and by how many characters it makes the text longer (0 or 1).
  private struct Part {
    var scalar: Unicode.Scalar
    var growth: Int
  }

  /// The places of each character in a list, taken from the left. A stretch may be as long as the text (a base character
  /// under a million marks), so the next place of a character is kept and not searched for.
  private struct PartPlaces {
    private var next: [Unicode.Scalar: Int] = [:]
    /// For each place the next one with the same character, or -1.
    private var following: [Int]

    init(_ scalars: [Unicode.Scalar]) {
      following = [Int](repeating: -1, count: scalars.count)
      for (index, scalar) in scalars.enumerated().reversed() {
        following[index] = next[scalar] ?? -1
        next[scalar] = index
      }
    }

    mutating func takeFirst(_ scalar: Unicode.Scalar) -> Int? {
      guard let place = next[scalar], place >= 0 else { return nil }
      next[scalar] = following[place]
      return place
    }
  }

  /// Writes the normalized form of a stretch.
  ///
  /// Origins go by position, as in the reference library: a character that is new shares the origin of the one before,
  /// one that several were composed to has the origin of the first, and reordered marks take the places in order.
  private static func write(
    _ stretch: [PlacedScalar], _ form: UnicodeForm, _ writer: inout AlignedText.Writer
  ) {
    var parts: [Part] = []
    for placed in stretch {
      for (index, scalar) in decomposition(placed.scalar, form).enumerated() {
        parts.append(Part(scalar: scalar, growth: index == 0 ? 0 : 1))
      }
    }
    var places = PartPlaces(parts.map(\.scalar))
    var view = String.UnicodeScalarView()
    view.append(contentsOf: inCanonicalOrder(parts.map(\.scalar)))
    let result: [Unicode.Scalar] =
      switch form {
      case .composed, .compatibilityComposed: Array(String(view)._nfc)
      case .decomposed, .compatibilityDecomposed: Array(String(view)._nfd)
      }
    var place = 0
    for scalar in result {
      var change = 1
      for wanted in decomposition(scalar, .decomposed) {
        guard let at = places.takeFirst(wanted) else { continue }
        change += parts[at].growth - 1
      }
      let source = stretch[min(change > 0 ? max(place - 1, 0) : place, stretch.count - 1)]
      writer.write(String(scalar).utf8, for: source.start, source.end)
      if change <= 0 { place += 1 - change }
    }
  }

  /// Up to how many characters the standard library may put in order, which it does by insertion.
  private static let shortStretch = 64

  /// Decomposed characters with the marks of each run by their combining classes, as canonical ordering has them.
  private static func inCanonicalOrder(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    guard scalars.count > shortStretch else { return scalars }
    let classes = scalars.map { $0.properties.canonicalCombiningClass.rawValue }
    var ordered: [Unicode.Scalar] = []
    ordered.reserveCapacity(scalars.count)
    var index = 0
    while index < scalars.count {
      var end = index + 1
      if classes[index] != 0 {
        while end < scalars.count, classes[end] != 0 { end += 1 }
      }
      let places = (index..<end).sorted { (classes[$0], $0) < (classes[$1], $1) }
      ordered += places.map { scalars[$0] }
      index = end
    }
    return ordered
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
