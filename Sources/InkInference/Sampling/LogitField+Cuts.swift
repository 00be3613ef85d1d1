extension LogitField {
  mutating func keepTop(_ count: Int) {
    switch form {
    case .row:
      guard count < row.count else { return }
      replace(with: Self.best(count, of: row.span), form: .byRank)
    case .byToken, .byRank:
      guard count < candidates.count else { return }
      replace(with: Array(rankedCandidates().prefix(count)), form: .byRank)
    }
  }

  /// Partial selection: once the heap is full, a chunk without a better logit costs a single comparison.
  static func best(_ count: Int, of logits: Span<Float>) -> [Candidate] {
    var heap = CandidateHeap(capacity: count)
    var bound = -Float.infinity
    let bytes = logits.bytes
    let wholeChunks = logits.count / 16 * 16
    let none = SIMDMask<SIMD16<Int32>>(repeating: false)
    var start = 0
    while start < wholeChunks {
      let chunk = bytes.unsafeLoadUnaligned(fromByteOffset: start &* 4, as: SIMD16<Float>.self)
      // Equal logits with a higher id never displace a kept one, so strictly greater is enough.
      if (chunk .> bound) != none {
        for lane in 0..<16 where chunk[lane] > bound {
          heap.offer(Candidate(token: Int32(truncatingIfNeeded: start + lane), logit: chunk[lane]))
          if let threshold = heap.threshold { bound = threshold.logit }
        }
      }
      start &+= 16
    }
    for index in wholeChunks..<logits.count where logits[index] > bound {
      heap.offer(Candidate(token: Int32(truncatingIfNeeded: index), logit: logits[index]))
      if let threshold = heap.threshold { bound = threshold.logit }
    }
    return heap.sorted()
  }

  mutating func keepMass(_ sum: Float) {
    guard sum < 1 else { return }
    let maximum = maximum
    guard maximum > -.infinity else { return }
    let logits = form == .row ? row : candidates.map(\.logit)
    var weights: [Float] = []
    let total = SoftmaxWeights.write(logits.span, maximum: maximum, to: &weights).reduce(0, +)
    let tokens: [Candidate]? = form == .row ? nil : candidates
    func candidate(_ index: Int) -> Candidate {
      tokens?[index] ?? Candidate(token: Int32(truncatingIfNeeded: index), logit: logits[index])
    }
    let kept = MassSelection.indices(
      distances: logits.map { maximum - $0 }, weights: weights, reaching: Double(sum) * total
    ) { candidate($0) > candidate($1) }
    replace(with: kept.map(candidate), form: form == .row ? .byToken : form)
  }

  mutating func keepFraction(_ fraction: Float) {
    guard fraction > 0 else { return }
    gather(above: maximum + Float(naturalLogarithm(Double(fraction))))
  }

  mutating func keepTypical(_ sum: Float) {
    guard sum < 1 else { return }
    let left = anyCandidates()
    let distribution = Distribution(of: left)
    let distances = distribution.logProbabilities.map { abs(-$0 - distribution.entropy) }
    let kept = MassSelection.indices(
      distances: distances, weights: distribution.probabilities, reaching: Double(sum)
    ) { distances[$0] != distances[$1] ? distances[$0] < distances[$1] : left[$0] > left[$1] }
    replace(with: kept.map { left[$0] }, form: form)
  }

  mutating func keepProbable(_ bound: (Distribution) -> Float) {
    let kept = anyCandidates()
    guard let best = kept.max() else { return }
    let distribution = Distribution(of: kept)
    let bound = bound(distribution)
    var left: [Candidate] = []
    for (index, candidate) in kept.enumerated()
    where distribution.probabilities[index] >= bound || candidate == best {
      left.append(candidate)
    }
    replace(with: left, form: form)
  }
}
