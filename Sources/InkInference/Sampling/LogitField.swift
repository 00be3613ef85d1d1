/// The logits that the sampler's steps work on: the whole row as long as no cut was made, then only the
/// tokens that are left.
struct LogitField: Sendable {
  /// In which form the logits are kept.
  enum Form: Sendable {
    /// `row` holds a logit per token; minus infinity marks a removed one.
    case row
    /// `candidates` holds the tokens that are left in ascending order of their ids.
    case byToken
    /// `candidates` holds the tokens that are left, best first.
    case byRank
  }

  private(set) var form = Form.row
  private(set) var row: [Float] = []
  private(set) var candidates: [Candidate] = []
  private var weights: [Float] = []
  private let vocabularySize: Int

  init(vocabularySize: Int) {
    self.vocabularySize = vocabularySize
  }

  mutating func load(_ logits: Span<Float>) {
    form = .row
    if row.count != logits.count { row = [Float](repeating: 0, count: logits.count) }
    var target = row.mutableSpan
    for index in logits.indices { target[index] = logits[index] }
  }

  /// Changes the logits of single tokens. A token outside the vocabulary is passed over; a removed one stays removed.
  mutating func update(_ change: (_ row: inout [Float]) -> Void) {
    spreadOut()
    change(&row)
  }

  mutating func divide(by temperature: Float) {
    if form == .row {
      var target = row.mutableSpan
      for index in target.indices { target[index] /= temperature }
    } else {
      for index in candidates.indices {
        candidates[index] = Candidate(
          token: candidates[index].token, logit: candidates[index].logit / temperature)
      }
    }
  }

  /// Keeps the tokens that a selection returns.
  mutating func replace(with kept: [Candidate], form: Form) {
    candidates = kept
    self.form = form
  }

  /// The highest logit; minus infinity when nothing is left.
  var maximum: Float {
    switch form {
    case .byRank: return candidates.first?.logit ?? -.infinity
    case .byToken: return candidates.max()?.logit ?? -.infinity
    case .row: return Self.maximum(of: row.span)
    }
  }

  /// The tokens in rank order, sorting them where needed.
  mutating func rankedCandidates() -> [Candidate] {
    if form == .row { gather(above: -Float.greatestFiniteMagnitude) }
    if form == .byToken {
      candidates.sort(by: >)
      form = .byRank
    }
    return candidates
  }

  /// The tokens that are left, in whatever order they are kept.
  mutating func anyCandidates() -> [Candidate] {
    if form == .row { gather(above: -Float.greatestFiniteMagnitude) }
    return candidates
  }

  /// Removes tokens whose logit is below a bound.
  mutating func gather(above bound: Float) {
    if form == .row {
      candidates = Self.candidates(of: row.span, above: bound)
      form = .byToken
    } else {
      candidates.removeAll { $0.logit < bound }
    }
  }

  /// Logits of the whole vocabulary, minus infinity where removed.
  mutating func wholeRow() -> [Float] {
    spreadOut()
    return row
  }

  /// The token at which the cumulated probability, in ascending order of ids, first exceeds `uniform`; nil when nothing
  /// is left.
  mutating func draw(uniform: Double) -> Int32? {
    if form == .row {
      let maximum = maximum
      guard maximum > -.infinity else { return nil }
      let logits = row  // shared, not copied
      let sums = SoftmaxWeights.write(logits.span, maximum: maximum, to: &weights)
      return CumulativeChoice.index(of: uniform, weights: weights.span, blockSums: sums).map(Int32.init)
    }
    let maximum = maximum
    guard maximum > -.infinity else { return nil }
    if form == .byRank {
      candidates.sort { $0.token < $1.token }
      form = .byToken
    }
    let logits = candidates.map(\.logit)
    let sums = SoftmaxWeights.write(logits.span, maximum: maximum, to: &weights)
    return CumulativeChoice.index(of: uniform, weights: weights.span, blockSums: sums).map { candidates[$0].token }
  }

  private mutating func spreadOut() {
    guard form != .row else { return }
    row = [Float](repeating: -.infinity, count: vocabularySize)
    for candidate in candidates { row[Int(candidate.token)] = candidate.logit }
    form = .row
  }

  private static func maximum(of logits: Span<Float>) -> Float {
    var lanes = SIMD16<Float>(repeating: -.infinity)
    let bytes = logits.bytes
    let wholeChunks = logits.count / 16 * 16
    var start = 0
    while start < wholeChunks {
      let chunk = bytes.unsafeLoadUnaligned(fromByteOffset: start &* 4, as: SIMD16<Float>.self)
      lanes.replace(with: chunk, where: chunk .> lanes)
      start &+= 16
    }
    var best = lanes.max()
    for index in wholeChunks..<logits.count { best = Swift.max(best, logits[index]) }
    return best
  }

  /// Tokens whose logit is at least the bound, in ascending order of ids; chunks without one cost a single comparison.
  private static func candidates(of logits: Span<Float>, above bound: Float) -> [Candidate] {
    var found: [Candidate] = []
    let bytes = logits.bytes
    let wholeChunks = logits.count / 16 * 16
    let none = SIMDMask<SIMD16<Int32>>(repeating: false)
    var start = 0
    while start < wholeChunks {
      let chunk = bytes.unsafeLoadUnaligned(fromByteOffset: start &* 4, as: SIMD16<Float>.self)
      if (chunk .>= bound) != none {
        for lane in 0..<16 where chunk[lane] >= bound {
          found.append(Candidate(token: Int32(truncatingIfNeeded: start + lane), logit: chunk[lane]))
        }
      }
      start &+= 16
    }
    for index in wholeChunks..<logits.count where logits[index] >= bound {
      found.append(Candidate(token: Int32(truncatingIfNeeded: index), logit: logits[index]))
    }
    return found
  }
}
