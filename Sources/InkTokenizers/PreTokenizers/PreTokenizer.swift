/// How text is cut into pieces before the model sees it.
struct PreTokenizer: Sendable {
  let steps: [PreTokenizerStep]
  /// One pass that does the same, where there is one.
  let scanner: FusedScanner?

  init(_ steps: [PreTokenizerStep]) {
    self.steps = steps
    scanner = FusedScanner(steps)
  }

  /// Makes a pre-tokenizer out of a known scanner alone.
  init(scanner: FusedScanner) {
    steps = []
    self.scanner = scanner
  }

  /// Whether the model sees bytes and not characters.
  var endsInBytes: Bool {
    if case .byteLevel? = steps.last { return true }
    return false
  }

  /// Takes the steps one by one.
  ///
  /// - Returns: the text as the last step left it, and its pieces.
  func pieces(
    of text: AlignedText, isFirst: Bool, _ categories: inout CategoryTable
  ) -> (text: AlignedText, pieces: [Range<Int>]) {
    var text = text
    var pieces = text.count > 0 ? [0..<text.count] : []
    for step in steps { apply(step, &text, &pieces, isFirst: isFirst, &categories) }
    return (text, pieces.filter { !$0.isEmpty })
  }

  private func apply(
    _ step: PreTokenizerStep, _ text: inout AlignedText, _ pieces: inout [Range<Int>], isFirst: Bool,
    _ categories: inout CategoryTable
  ) {
    switch step {
    case .split(let pattern, let behavior, let selection):
      split(text, &pieces, behavior, selection) { span, piece in
        pattern.matches(span, start: piece.lowerBound, end: piece.upperBound, &categories)
      }
    case .digits(let grouping):
      splitByCategory(text, &pieces, grouping == .individual ? .isolated : .contiguous, &categories) { mask, _ in
        mask & CategoryMask.number.rawValue != 0
      }
    case .whitespaceSplit:
      splitByCategory(text, &pieces, .removed, &categories) { mask, _ in
        mask & CategoryMask.whitespace.rawValue != 0
      }
    case .punctuation(let behavior):
      splitByCategory(text, &pieces, behavior, &categories) { mask, value in
        mask & CategoryMask.punctuation.rawValue != 0 || Self.isASCIIPunctuation(value)
      }
    case .whitespace: splitWords(text, &pieces, &categories)
    case .metaspace(let metaspace): apply(metaspace, &text, &pieces, isFirst: isFirst)
    case .byteLevel(let prefix, let splitting):
      if prefix == .unlessPresent {
        rewrite(&text, &pieces) { text, piece in text.bytes[piece.lowerBound] == Scan.space ? nil : [Scan.space] }
      }
      if splitting == .words { splitGPT2(text, &pieces, &categories) }
    }
  }

  private static func isASCIIPunctuation(_ value: UInt32) -> Bool {
    (0x21...0x2F).contains(value) || (0x3A...0x40).contains(value) || (0x5B...0x60).contains(value)
      || (0x7B...0x7E).contains(value)
  }

  private func split(
    _ text: AlignedText, _ pieces: inout [Range<Int>], _ behavior: PreTokenizerStep.SplitBehavior,
    _ selection: PreTokenizerStep.SplitSelection, _ find: (Span<UInt8>, Range<Int>) -> [Range<Int>]
  ) {
    let span = text.bytes.span
    pieces = pieces.flatMap { piece in
      PieceSplitter.split(
        start: piece.lowerBound, end: piece.upperBound, matches: find(span, piece), behavior, selection)
    }
  }

  private func splitByCategory(
    _ text: AlignedText, _ pieces: inout [Range<Int>], _ behavior: PreTokenizerStep.SplitBehavior,
    _ categories: inout CategoryTable, _ isDelimiter: (UInt32, UInt32) -> Bool
  ) {
    split(text, &pieces, behavior, .matches) { span, piece in
      var matches: [Range<Int>] = []
      var index = piece.lowerBound
      while index < piece.upperBound {
        let (value, width) = UTF8Reader.scalar(span, at: index, end: piece.upperBound)
        if isDelimiter(categories.mask(value), value) { matches.append(index..<index + width) }
        index += width
      }
      return matches
    }
  }

  private func splitWords(
    _ text: AlignedText, _ pieces: inout [Range<Int>], _ categories: inout CategoryTable
  ) {
    let span = text.bytes.span
    var result: [Range<Int>] = []
    for piece in pieces {
      var runStart = piece.lowerBound
      var runKind = 0
      var index = piece.lowerBound
      while index < piece.upperBound {
        let (value, width) = UTF8Reader.scalar(span, at: index, end: piece.upperBound)
        let mask = categories.mask(value)
        let kind = WordCharacter.contains(mask) ? 1 : mask & CategoryMask.whitespace.rawValue != 0 ? 0 : 2
        if kind != runKind {
          if runKind != 0 { result.append(runStart..<index) }
          runStart = index
          runKind = kind
        }
        index += width
      }
      if runKind != 0 { result.append(runStart..<piece.upperBound) }
    }
    pieces = result
  }

  private func splitGPT2(
    _ text: AlignedText, _ pieces: inout [Range<Int>], _ categories: inout CategoryTable
  ) {
    let asciiTable = CategoryTable.ascii
    let span = text.bytes.span
    var result: [Range<Int>] = []
    for piece in pieces {
      var at = piece.lowerBound
      while at < piece.upperBound {
        let end = GPT2Scanner.nextEnd(span, from: at, end: piece.upperBound, asciiTable.span, &categories)
        result.append(at..<end)
        at = end
      }
    }
    pieces = result
  }

  private func apply(
    _ metaspace: PreTokenizerStep.Metaspace, _ text: inout AlignedText, _ pieces: inout [Range<Int>], isFirst: Bool
  ) {
    let source = text
    var spaced: [Range<Int>] = []
    text = source.rewritten { writer in
      for piece in pieces {
        let start = writer.bytes.count
        let first = UTF8Reader.scalar(source.bytes.span, at: piece.lowerBound, end: piece.upperBound).width
        let hasMark =
          source.bytes[piece.lowerBound] == Scan.space
          || source.bytes[piece.lowerBound..<piece.upperBound].starts(with: metaspace.replacement)
        let wantsPrefix =
          switch metaspace.prefix {
          case .always: true
          case .first: isFirst && piece.lowerBound == 0
          case .never: false
          }
        if wantsPrefix, !hasMark {
          writer.write(metaspace.replacement, for: piece.lowerBound, piece.lowerBound + first)
        }
        for index in piece {
          if source.bytes[index] == Scan.space {
            writer.write(metaspace.replacement, for: index, index + 1)
          } else {
            writer.copy(index, index + 1)
          }
        }
        spaced.append(start..<writer.bytes.count)
      }
    }
    pieces = spaced
    guard metaspace.splitting == .beforeSpaces else { return }
    var categories = CategoryTable()
    let pattern = TextPattern.literal(metaspace.replacement)
    split(text, &pieces, .mergedWithNext, .matches) { span, piece in
      pattern.matches(span, start: piece.lowerBound, end: piece.upperBound, &categories)
    }
  }

  /// Puts something before every piece for which `prefix` has an answer.
  private func rewrite(
    _ text: inout AlignedText, _ pieces: inout [Range<Int>], prefix: (AlignedText, Range<Int>) -> [UInt8]?
  ) {
    let source = text
    var moved: [Range<Int>] = []
    text = source.rewritten { writer in
      for piece in pieces {
        let start = writer.bytes.count
        if let prefix = prefix(source, piece) {
          let first = UTF8Reader.scalar(source.bytes.span, at: piece.lowerBound, end: piece.upperBound).width
          writer.write(prefix, for: piece.lowerBound, piece.lowerBound + first)
        }
        writer.copy(piece.lowerBound, piece.upperBound)
        moved.append(start..<writer.bytes.count)
      }
    }
    pieces = moved
  }
}
