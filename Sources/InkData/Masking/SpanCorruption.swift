public import InkTokenizers

/// Takes spans out of a text and leaves a mark for each (Raffel et al., "Exploring the Limits of Transfer Learning with a
/// Unified Text-to-Text Transformer", 2020).
public struct SpanCorruption: Sendable, Hashable {
  /// The share of tokens that are taken out.
  public let density: Double
  /// How many tokens a span has on average.
  public let meanSpanLength: Double
  /// The marks: the first stands for the first span, and so on.
  public let sentinels: [TokenID]

  /// - Throws: `DataError` for a density or a length that makes no sense, and for no marks.
  public init(density: Double = 0.15, meanSpanLength: Double = 3, sentinels: [TokenID]) throws(DataError) {
    guard density > 0, density < 1, meanSpanLength >= 1, meanSpanLength.isFinite, !sentinels.isEmpty else {
      throw DataError(
        .invalidSetting, context: "span corruption",
        expected: "a density between 0 and 1, spans of at least 1 token, and a mark",
        found:
          "\(density), \(meanSpanLength) and \(sentinels.count) marks")
    }
    self.density = density
    self.meanSpanLength = meanSpanLength
    self.sentinels = sentinels
  }

  /// The marks of T5's vocabularies, `<extra_id_0>` and those that follow it.
  public static func sentinels(of tokenizer: Tokenizer) -> [TokenID] {
    var result: [TokenID] = []
    while let id = tokenizer.id(ofPiece: "<extra_id_\(result.count)>"), tokenizer.isSpecial(id) { result.append(id) }
    return result
  }

  /// What is left of the tokens with a mark for each span, and the spans each behind its mark. Fewer than two tokens
  /// cannot be taken apart.
  func corrupted(
    _ tokens: [TokenID], _ random: inout CountedRandom
  ) -> (source: [TokenID], target: [TokenID])? {
    guard tokens.count >= 2 else { return nil }
    let noise = min(max(Int((Double(tokens.count) * density).rounded()), 1), tokens.count - 1)
    let wanted = max(Int((Double(noise) / meanSpanLength).rounded()), 1)
    let spans = min(wanted, noise, tokens.count - noise, sentinels.count)
    let taken = Self.parts(of: noise, count: spans, &random)
    let kept = Self.parts(of: tokens.count - noise, count: spans, &random)
    var source: [TokenID] = []
    var target: [TokenID] = []
    var place = 0
    // A text begins with a part that is kept and ends with a span.
    for (index, (keep, take)) in zip(kept, taken).enumerated() {
      source += tokens[place..<place + keep]
      source.append(sentinels[index])
      target.append(sentinels[index])
      target += tokens[place + keep..<place + keep + take]
      place += keep + take
    }
    return (source, target)
  }

  /// Random parts of a number, each at least 1: every way to cut it is as likely as any other.
  static func parts(of total: Int, count: Int, _ random: inout CountedRandom) -> [Int] {
    // `count - 1` of the `total - 1` places between two tokens become borders (selection sampling).
    var parts: [Int] = []
    var length = 1
    var needed = count - 1
    for place in 1..<max(total, 1) {
      if random.nextInteger(below: total - place) < needed {
        parts.append(length)
        length = 0
        needed -= 1
      }
      length += 1
    }
    return parts + [length]
  }
}
