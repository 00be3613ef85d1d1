/// Walks over a text, folds its characters, and hands each run of one kind to what makes terms of it.
struct TextScanner {
  /// Which terms are made of a run without words: documents also hold the single characters.
  enum Role: Sendable {
    case document, query
  }

  private let analyzer: TextAnalyzer
  private let role: Role
  private var folding = FoldedCharacters()
  private var run = TextRun()
  private var terms = RunTerms()

  init(_ analyzer: TextAnalyzer, role: Role) {
    self.analyzer = analyzer
    self.role = role
  }

  /// Hands over the terms of a text.
  mutating func scan(_ text: [UInt8], into consumer: inout some TermConsumer) {
    var place = 0
    while place < text.count {
      let byte = text[place]
      if byte < 0x80 {
        let isFollowedByMark = place + 1 < text.count && text[place + 1] >= 0x80 && joins(text, at: place + 1)
        if !isFollowedByMark {
          let kind = CharacterKind.ascii[Int(byte)]
          let folded = kind == .uppercase ? byte | 0x20 : byte
          take(UInt32(folded), kind, place, place + 1, text, &consumer)
          place += 1
          continue
        }
      } else if byte >= 0xE4, byte <= 0xE9, place + 2 < text.count {
        let value = UInt32(byte & 0xF) << 12 | UInt32(text[place + 1] & 0x3F) << 6 | UInt32(text[place + 2] & 0x3F)
        if (0x4E00...0x9FFF).contains(value), !(place + 3 < text.count && joins(text, at: place + 3)) {
          take(value, .han, place, place + 3, text, &consumer)
          place += 3
          continue
        }
      }
      place = scanStretch(text, from: place, &consumer)
    }
    finishRun(text, &consumer)
  }

  /// Folds a character with the marks on it; returns where it ends.
  private mutating func scanStretch(_ text: [UInt8], from start: Int, _ consumer: inout some TermConsumer) -> Int {
    let (first, width) = UTF8Decoder.scalar(text, at: start)
    var end = start + width
    let folded: FoldedCharacters.Folded
    if end < text.count, joins(text, at: end) {
      // A base character under a million marks is cut into stretches, so that no more is held than a line.
      var stretch = String(Character(first))
      var count = 1
      while end < text.count, count < TextScanner.longestStretch, joins(text, at: end) {
        let (mark, width) = UTF8Decoder.scalar(text, at: end)
        stretch.unicodeScalars.append(mark)
        end += width
        count += 1
      }
      folded = FoldedCharacters.fold(stretch)
    } else {
      folded = folding.fold(first)
    }
    for (scalar, kind) in zip(folded.scalars, folded.kinds) { take(scalar.value, kind, start, end, text, &consumer) }
    return end
  }

  private static let longestStretch = 32

  private func joins(_ text: [UInt8], at place: Int) -> Bool {
    guard text[place] >= 0x80 else { return false }
    return FoldedCharacters.joins(UTF8Decoder.scalar(text, at: place).scalar)
  }

  @inline(__always)
  private mutating func take(
    _ value: UInt32, _ kind: CharacterKind, _ start: Int, _ end: Int, _ text: [UInt8],
    _ consumer: inout some TermConsumer
  ) {
    if kind == .ignored { return }
    if run.accepts(kind) {
      run.append(value, kind, start: start, end: end)
      return
    }
    finishRun(text, &consumer)
    if kind.run != nil {
      run.append(value, kind, start: start, end: end)
    } else if kind == .emoji {
      terms.takeSingle(value, start..<end, &consumer)
    }
  }

  private mutating func finishRun(_ text: [UInt8], _ consumer: inout some TermConsumer) {
    guard let kind = run.kind else { return }
    switch kind {
    case .word: terms.takeWord(run, analyzer.stemming, &consumer)
    case .han:
      switch analyzer.hanCutting {
      case .words(let dictionary): terms.takeHan(run, dictionary, &consumer)
      case .pairs: terms.takePairs(run, role, &consumer)
      }
    case .kana, .hangul, .unspaced: terms.takePairs(run, role, &consumer)
    }
    run.removeAll()
  }
}
