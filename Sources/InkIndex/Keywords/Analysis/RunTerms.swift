/// Makes terms of runs.
struct RunTerms {
  /// Longer words count by their beginning, so that a line of a megabyte without spaces is one short term.
  static let longestWord = 64

  private var term: [UInt8] = []
  private var stems = StemCache()

  /// A character that is a term of its own.
  mutating func takeSingle(_ value: UInt32, _ range: Range<Int>, _ consumer: inout some TermConsumer) {
    term.removeAll(keepingCapacity: true)
    UTF8Decoder.append(value, to: &term)
    consumer.take(term, at: range)
  }

  /// A number, a word, or an identifier with its parts.
  mutating func takeWord(
    _ run: TextRun, _ stemming: TextAnalyzer.Stemming, _ consumer: inout some TermConsumer
  ) {
    // Underscores around a name are not part of it.
    var lower = 0
    var upper = run.count
    while lower < upper, run.kinds[lower] == .underscore { lower += 1 }
    while upper > lower, run.kinds[upper - 1] == .underscore { upper -= 1 }
    guard lower < upper else { return }
    if run.isNumber {
      takeNumber(run, lower..<upper, &consumer)
    } else if run.isPlain {
      takePart(run, lower..<upper, stemming, &consumer)
    } else {
      let parts = WordParts.split(run.kinds, in: lower..<upper)
      if parts.count > 1 { takePart(run, lower..<upper, .none, &consumer) }
      for part in parts { takePart(run, part, stemming, &consumer) }
    }
  }

  /// A number without the commas between its groups of three digits.
  private mutating func takeNumber(_ run: TextRun, _ range: Range<Int>, _ consumer: inout some TermConsumer) {
    let kept = range.prefix(RunTerms.longestWord)
    term.removeAll(keepingCapacity: true)
    for place in kept where run.scalars[place] != 0x2C { UTF8Decoder.append(run.scalars[place], to: &term) }
    consumer.take(term, at: run.starts[range.lowerBound]..<run.ends[range.upperBound - 1])
  }

  private mutating func takePart(
    _ run: TextRun, _ range: Range<Int>, _ stemming: TextAnalyzer.Stemming, _ consumer: inout some TermConsumer
  ) {
    term.removeAll(keepingCapacity: true)
    for place in range.prefix(RunTerms.longestWord) { UTF8Decoder.append(run.scalars[place], to: &term) }
    let place = run.starts[range.lowerBound]..<run.ends[range.upperBound - 1]
    switch stemming {
    case .none: consumer.take(term, at: place)
    case .english:
      if range.count > RunTerms.longestWord || run.kinds[range.lowerBound] == .digit {
        consumer.take(term, at: place)
      } else {
        consumer.take(stems.stem(term), at: place)
      }
    }
  }

  /// Pairs of neighbours; a character that stands alone, and in documents every one, counts by itself.
  mutating func takePairs(_ run: TextRun, _ role: TextScanner.Role, _ consumer: inout some TermConsumer) {
    for place in 0..<run.count {
      if role == .document || run.count == 1 { takeScalars(run, place..<place + 1, &consumer) }
      if place + 1 < run.count { takeScalars(run, place..<place + 2, &consumer) }
    }
  }

  /// Words of a dictionary, each after the shorter words of two and three characters inside it.
  mutating func takeHan(_ run: TextRun, _ dictionary: WordDictionary, _ consumer: inout some TermConsumer) {
    for word in dictionary.cut(run.scalars) {
      for length in [2, 3] where word.count > length {
        for start in word.lowerBound...(word.upperBound - length)
        where dictionary.contains(run.scalars[start..<start + length]) {
          takeScalars(run, start..<start + length, &consumer)
        }
      }
      takeScalars(run, word, &consumer)
    }
  }

  private mutating func takeScalars(_ run: TextRun, _ range: Range<Int>, _ consumer: inout some TermConsumer) {
    term.removeAll(keepingCapacity: true)
    for place in range { UTF8Decoder.append(run.scalars[place], to: &term) }
    consumer.take(term, at: run.starts[range.lowerBound]..<run.ends[range.upperBound - 1])
  }
}
