/// A change of the text before it is cut into pieces.
indirect enum Normalizer: Sendable {
  case unicode(UnicodeForm)
  case lowercase
  case replace(TextPattern, with: [UInt8])
  case prepend([UInt8])
  case strip(AddedToken.Stripping)
  case stripAccents
  case nmt
  case bert(BertNormalizer)
  /// Every byte as its character of the byte alphabet.
  case byteAlphabet
  case sentencePiece(SentencePieceNormalizer)
  case precompiled(PrecompiledRules)
  case chatGLMSpaces
  case sequence([Normalizer])

  /// Applies the change to a stretch of text.
  ///
  /// - Parameter place: whether the whole text begins with it.
  func normalize(_ text: AlignedText, at place: SentencePieceNormalizer.Place = .beginning) -> AlignedText {
    switch self {
    case .unicode(let form): UnicodeNormalization.normalize(text, form)
    case .lowercase: CaseFolding.lowercase(text)
    case .replace(let pattern, let replacement): Replacement.replace(text, pattern, with: replacement)
    case .prepend(let prefix): Self.prepend(text, prefix)
    case .strip(let sides): Self.strip(text, sides)
    case .stripAccents: text.changingCharacters { EarlyCategories.isMark($0) ? .drop : .keep }
    case .nmt: text.changingCharacters(NmtNormalizer.change)
    case .bert(let normalizer): normalizer.normalize(text)
    case .byteAlphabet: text.rewritten { ByteAlphabet.spell(text, 0..<text.count, &$0) }
    case .sentencePiece(let normalizer): normalizer.normalize(text, at: place)
    case .precompiled(let rules): rules.normalize(text)
    case .chatGLMSpaces: ChatGLMSpaces.rewrite(text)
    case .sequence(let normalizers): normalizers.reduce(text) { $1.normalize($0, at: place) }
    }
  }

  /// Whether the text would come out as it is, decided without looking deeply; false when in doubt.
  func leavesUnchanged(_ text: Span<UInt8>, start: Int, end: Int) -> Bool {
    switch self {
    case .unicode(let form):
      // Nothing below U+0300 composes; below U+00A0 nothing decomposes either.
      let limit: UInt8 = form == .composed ? 0xCC : 0xC2
      for index in start..<end where text[index] >= limit { return false }
      return true
    case .sequence(let normalizers):
      return normalizers.allSatisfy { $0.leavesUnchanged(text, start: start, end: end) }
    case .bert(let normalizer): return normalizer.leavesUnchanged(text, start: start, end: end)
    case .lowercase, .replace, .prepend, .strip, .stripAccents, .nmt, .byteAlphabet: return false
    case .sentencePiece, .precompiled, .chatGLMSpaces: return false
    }
  }

  private static func prepend(_ text: AlignedText, _ prefix: [UInt8]) -> AlignedText {
    guard text.count > 0 else { return text }
    let first = UTF8Reader.scalar(text.bytes.span, at: 0, end: text.count).width
    return text.rewritten { writer in
      writer.write(prefix, for: 0, first)
      writer.copy(0, text.count)
    }
  }

  private static func strip(_ text: AlignedText, _ sides: AddedToken.Stripping) -> AlignedText {
    let span = text.bytes.span
    var start = 0
    var end = text.count
    while sides.contains(.left), start < end {
      let (value, width) = UTF8Reader.scalar(span, at: start, end: end)
      guard let scalar = Unicode.Scalar(value), scalar.properties.isWhitespace else { break }
      start += width
    }
    while sides.contains(.right), end > start {
      let (value, width) = UTF8Reader.scalar(span, before: end, start: start)
      guard let scalar = Unicode.Scalar(value), scalar.properties.isWhitespace else { break }
      end -= width
    }
    return text.rewritten { $0.copy(start, end) }
  }
}
