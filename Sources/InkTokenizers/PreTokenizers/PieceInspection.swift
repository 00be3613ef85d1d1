/// A look at how text is cut, for tests and for tools that explain a tokenizer.
package enum PieceInspection {
  /// Expressions for which a hand-written scanner exists, each as the list of splits that it stands for.
  package static let knownExpressions: [[String]] = [
    [FusedScanner.gpt2Expression],
    [FusedScanner.cl100kExpression],
    [FusedScanner.cl100kPossessiveExpression],
    [FusedScanner.qwen2Expression],
    [
      FusedScanner.deepSeekNumberExpression, FusedScanner.deepSeekHanExpression,
      FusedScanner.deepSeekWordExpression,
    ],
  ]

  /// Cuts a text twice: by the scanner, and by the general engine taking the splits one by one.
  package static func pieces(
    of text: String, expression: [String]
  ) throws(TokenizerError) -> (scanned: [String], matched: [String]) {
    var steps: [PreTokenizerStep] = []
    for source in expression { steps.append(.split(.expression(try Pattern(source)), .isolated, .matches)) }
    let preTokenizer = PreTokenizer(steps)
    let aligned = AlignedText(text)
    var categories = CategoryTable()
    let (_, pieces) = preTokenizer.pieces(of: aligned, isFirst: true, &categories)
    let scanned = preTokenizer.scannedPieces(of: aligned, &categories)
    func strings(_ ranges: [Range<Int>]) -> [String] {
      ranges.map { String(decoding: aligned.bytes[$0], as: UTF8.self) }
    }
    return (strings(scanned), strings(pieces))
  }

  /// All matches of an expression.
  ///
  /// - Parameters:
  ///   - patience: how much work a search may do before it remembers what comes of its states; nil is the engine's own.
  ///   - memory: how many states it remembers at most, a power of two.
  package static func matches(
    of expression: String, in text: String, patience: Int? = nil, memory: Int? = nil
  ) throws(TokenizerError) -> [String] {
    var effort = PatternEffort()
    if let patience { effort.patience = patience }
    if let memory { effort.memory = memory }
    let pattern = try Pattern(expression)
    let aligned = AlignedText(text)
    var categories = CategoryTable()
    let ranges = pattern.matches(aligned.bytes.span, start: 0, end: aligned.count, &categories, effort: effort)
    return ranges.map { String(decoding: aligned.bytes[$0], as: UTF8.self) }
  }
}

extension PreTokenizer {
  /// The pieces as the scanner cuts them; none if there is no scanner.
  func scannedPieces(of text: AlignedText, _ categories: inout CategoryTable) -> [Range<Int>] {
    switch scanner {
    case nil, FusedScanner.none?: []
    case .gpt2: scan(GPT2Scanner.self, text, &categories)
    case .digitsThenGPT2: scan(DigitsThenGPT2Scanner.self, text, &categories)
    case .cl100k: scan(CL100KScanner.self, text, &categories)
    case .cl100kTrailing: scan(CL100KTrailingScanner.self, text, &categories)
    case .qwen2: scan(Qwen2Scanner.self, text, &categories)
    case .deepSeek: scan(DeepSeekScanner.self, text, &categories)
    case .visibleSpaces: scan(VisibleSpaceScanner.self, text, &categories)
    }
  }

  private func scan<Scanner: PieceScanner>(
    _ scanner: Scanner.Type, _ text: AlignedText, _ categories: inout CategoryTable
  ) -> [Range<Int>] {
    let asciiTable = CategoryTable.ascii
    var result: [Range<Int>] = []
    var at = 0
    while at < text.count {
      let end = Scanner.nextEnd(text.bytes.span, from: at, end: text.count, asciiTable.span, &categories)
      result.append(at..<end)
      at = end
    }
    return result
  }
}
