/// How text is cut into pieces before the model sees it.
struct PreTokenizer: Sendable {
  let steps: [PreTokenizerStep]
  /// One pass that does the same, where there is one.
  let scanner: FusedScanner?
  private let bytes: ByteForm

  /// What `byteLevel` makes of bytes: nothing, because the model's vocabulary holds bytes too, or characters of the
  /// byte alphabet, which steps behind it and other models see as text.
  enum ByteForm: Sendable { case values, characters }

  init(_ steps: [PreTokenizerStep], bytes: ByteForm = .values) {
    self.steps = steps
    self.bytes = bytes
    switch bytes {
    case .values: scanner = FusedScanner(steps)
    case .characters: scanner = steps.isEmpty ? FusedScanner.none : nil
    }
  }

  /// Makes a pre-tokenizer out of a known scanner alone.
  init(scanner: FusedScanner) {
    steps = []
    bytes = .values
    self.scanner = scanner
  }

  /// Whether a model of byte pairs can work on the bytes themselves: `byteLevel` is the last step and the only one.
  static func endsInBytes(_ steps: [PreTokenizerStep]) -> Bool {
    func readsBytes(_ step: PreTokenizerStep) -> Bool {
      if case .byteLevel = step { return true }
      return false
    }
    return steps.last.map(readsBytes) == true && !steps.dropLast().contains(where: readsBytes)
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
      splitByCategory(text, &pieces, grouping == .individual ? .isolated : .contiguous, &categories) { mask in
        mask & CategoryMask.number.rawValue != 0
      }
    case .whitespaceSplit:
      splitByCategory(text, &pieces, .removed, &categories) { mask in
        mask & CategoryMask.whitespace.rawValue != 0
      }
    case .punctuation(let behavior):
      splitByCategory(text, &pieces, behavior, &categories) { mask in
        mask & CategoryMask.earlyPunctuation.rawValue != 0
      }
    case .whitespace: splitWords(text, &pieces, &categories)
    case .metaspace(let metaspace): apply(metaspace, &text, &pieces, isFirst: isFirst)
    case .byteLevel(let prefix, let splitting):
      if prefix == .unlessPresent {
        rewrite(&text, &pieces) { text, piece, writer in
          if text.bytes[piece.lowerBound] != Scan.space {
            let first = UTF8Reader.scalar(text.bytes.span, at: piece.lowerBound, end: piece.upperBound).width
            writer.write(CollectionOfOne(Scan.space), for: piece.lowerBound, piece.lowerBound + first)
          }
          writer.copy(piece.lowerBound, piece.upperBound)
        }
      }
      if splitting == .words { splitGPT2(text, &pieces, &categories) }
      if bytes == .characters {
        rewrite(&text, &pieces) { text, piece, writer in ByteAlphabet.spell(text, piece, &writer) }
      }
    case .scripts:
      let span = text.bytes.span
      pieces = pieces.flatMap { ScriptSplitter.pieces(span, start: $0.lowerBound, end: $0.upperBound) }
    case .fixedLength(let length): pieces = pieces.flatMap { Self.chunks(text, $0, length) }
    }
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
    _ categories: inout CategoryTable, _ isDelimiter: (UInt32) -> Bool
  ) {
    split(text, &pieces, behavior, .matches) { span, piece in
      var matches: [Range<Int>] = []
      var index = piece.lowerBound
      while index < piece.upperBound {
        let (value, width) = UTF8Reader.scalar(span, at: index, end: piece.upperBound)
        if isDelimiter(categories.mask(value)) { matches.append(index..<index + width) }
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
        let kind =
          WordCharacter.contains(mask, value) || WordCharacter.isJoiner(value)
          ? 1 : mask & CategoryMask.whitespace.rawValue != 0 ? 0 : 2
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

  /// Writes every piece anew.
  private func rewrite(
    _ text: inout AlignedText, _ pieces: inout [Range<Int>],
    _ write: (AlignedText, Range<Int>, inout AlignedText.Writer) -> Void
  ) {
    let source = text
    var moved: [Range<Int>] = []
    text = source.rewritten { writer in
      for piece in pieces {
        let start = writer.bytes.count
        write(source, piece, &writer)
        moved.append(start..<writer.bytes.count)
      }
    }
    pieces = moved
  }

  private static func chunks(_ text: AlignedText, _ piece: Range<Int>, _ length: Int) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start = piece.lowerBound
    var index = start
    var characters = 0
    while index < piece.upperBound {
      index += UTF8Reader.scalar(text.bytes.span, at: index, end: piece.upperBound).width
      characters += 1
      if characters == length || index == piece.upperBound {
        result.append(start..<index)
        start = index
        characters = 0
      }
    }
    return result
  }
}
