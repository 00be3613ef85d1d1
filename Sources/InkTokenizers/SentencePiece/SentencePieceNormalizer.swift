/// What SentencePiece does to text before cutting it: compiled rules, spaces, the space in front.
struct SentencePieceNormalizer: Sendable {
  /// Where a space is put in front (or behind).
  enum DummyPrefix: Sendable {
    case never
    /// On every stretch between special tokens.
    case everySegment
    /// Where the whole text begins.
    case firstSegment
  }

  var map: CharacterMap?
  var dummyPrefix: DummyPrefix
  /// The side of a word on which its space stands.
  var spaceSide: SequenceSide
  var spaces: NormalizerSpecification.Spaces
  /// How a space is written, as UTF-8.
  var space: [UInt8]
  /// Pieces that pass as they are, whatever the rules say.
  var untouched: PieceTrie

  static let visibleSpace: [UInt8] = [0xE2, 0x96, 0x81]

  init(
    _ specification: NormalizerSpecification, spaceSide: SequenceSide, untouched: PieceTrie, name: String
  ) throws(TokenizerError) {
    let blob = specification.characterMap
    map = blob.isEmpty ? nil : try CharacterMap(blob, name: name)
    dummyPrefix = specification.dummyPrefix == .added ? .everySegment : .never
    self.spaceSide = spaceSide
    spaces = specification.spaces
    space = specification.spaceSpelling == .visible ? Self.visibleSpace : [Scan.space]
    self.untouched = untouched
  }

  /// Where a stretch of text stands.
  enum Place: Sendable { case beginning, later }

  /// Changes a stretch of text, which may hold bytes that are no UTF-8: each becomes U+FFFD.
  func normalize(_ text: AlignedText, at place: Place) -> AlignedText {
    text.rewritten { writer in write(text, place, &writer) }
  }

  private func write(_ text: AlignedText, _ place: Place, _ writer: inout AlignedText.Writer) {
    let span = text.bytes.span
    let end = text.count
    var at = 0
    if spaces == .collapsed {
      while at < end {
        let step = step(span, at, end)
        let content = step.replacement ?? text.bytes[at..<at + step.width]
        guard content.count == 1, content.first == Scan.space else { break }
        at += step.width
      }
    }
    guard at < end else { return }
    let addsSpace =
      switch dummyPrefix {
      case .never: false
      case .everySegment: true
      case .firstSegment: place == .beginning
      }
    if addsSpace, spaceSide == .start {
      writer.write(space, for: at, at + UTF8Reader.scalar(span, at: at, end: end).width)
    }
    var followsSpace = spaces == .collapsed
    while at < end {
      let step = step(span, at, end)
      followsSpace = write(step, from: at, text, followsSpace, &writer)
      at += step.width
    }
    if spaces == .collapsed {
      while writer.bytes.count >= space.count, writer.bytes.suffix(space.count).elementsEqual(space) {
        writer.removeLast(space.count)
      }
    }
    if addsSpace, spaceSide == .end { writer.write(space, for: end, end) }
  }

  /// What stands for the next few bytes.
  private struct Step {
    var width: Int
    /// New bytes; nil where the old ones stay.
    var replacement: ArraySlice<UInt8>?
  }

  private func step(_ text: Span<UInt8>, _ at: Int, _ end: Int) -> Step {
    if !untouched.isEmpty, let found = untouched.longestPrefix(text, at: at, end: end) {
      return Step(width: found.end - at)
    }
    if let map, let rule = map.match(text, at: at, end: end, .longest) {
      return Step(width: rule.length, replacement: rule.text)
    }
    let (value, width) = UTF8Reader.scalar(text, at: at, end: end)
    return Step(width: width, replacement: value == UTF8Reader.invalid ? UTF8Reader.replacementCharacter[...] : nil)
  }

  /// Writes a step; spaces at its beginning are left out where `followsSpace` says so.
  ///
  /// - Returns: whether the next step follows a space that stands for all.
  private func write(
    _ step: Step, from start: Int, _ text: AlignedText, _ followsSpace: Bool, _ writer: inout AlignedText.Writer
  ) -> Bool {
    var content = step.replacement ?? text.bytes[start..<start + step.width]
    if followsSpace { content = content.drop { $0 == Scan.space } }
    guard let last = content.last else { return spaces == .collapsed && followsSpace }
    if content.contains(Scan.space) {
      for byte in content {
        if byte == Scan.space {
          writer.write(space, for: start, start + step.width)
        } else {
          writer.write(CollectionOfOne(byte), for: start, start + step.width)
        }
      }
    } else if step.replacement == nil {
      writer.copy(start, start + step.width)
    } else {
      writer.write(content, for: start, start + step.width)
    }
    return spaces == .collapsed && last == Scan.space
  }
}
