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
    let goal: Double
    if form == .row {
      // Only the tokens near the maximum are sorted; the distance grows until their mass is enough.
      goal = Double(sum) * SoftmaxWeights.total(of: row.span, maximum: maximum)
      var distance: Float = 4
      while distance < 64 {
        let near = nearby(distance, below: maximum)
        if Self.mass(of: near, maximum: maximum) >= goal * 1.000_01 {
          replace(with: near, form: .byToken)
          break
        }
        distance *= 2
      }
    } else {
      goal = Double(sum) * Self.mass(of: candidates, maximum: maximum)
    }
    let ranked = rankedCandidates()
    let weights = Self.weights(of: ranked, maximum: maximum)
    var cumulated = 0.0
    var count = 0
    while count < ranked.count, count == 0 || cumulated < goal {
      cumulated += Double(weights[count])
      count += 1
    }
    replace(with: Array(ranked.prefix(count)), form: .byRank)
  }

  private func nearby(_ distance: Float, below maximum: Float) -> [Candidate] {
    var near = self
    near.gather(above: maximum - distance)
    return near.candidates
  }

  mutating func keepFraction(_ fraction: Float) {
    guard fraction > 0 else { return }
    gather(above: maximum + Float(naturalLogarithm(Double(fraction))))
  }

  mutating func keepTypical(_ sum: Float) {
    guard sum < 1 else { return }
    let kept = anyCandidates()
    let distribution = Distribution(of: kept)
    // Pairs of (distance of the surprise from the entropy, index), nearest first; equal distances keep their order.
    var order = kept.indices.map { (abs(-distribution.logProbabilities[$0] - distribution.entropy), $0) }
    order.sort { $0.0 != $1.0 ? $0.0 < $1.0 : kept[$0.1] > kept[$1.1] }
    var cumulated: Float = 0
    var chosen: [Candidate] = []
    for (_, index) in order {
      chosen.append(kept[index])
      cumulated += distribution.probabilities[index]
      if cumulated >= sum { break }
    }
    chosen.sort { $0.token < $1.token }
    replace(with: chosen, form: .byToken)
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

  private static func weights(of candidates: [Candidate], maximum: Float) -> [Float] {
    var weights: [Float] = []
    let logits = candidates.map(\.logit)
    _ = SoftmaxWeights.write(logits.span, maximum: maximum, to: &weights)
    return weights
  }

  private static func mass(of candidates: [Candidate], maximum: Float) -> Double {
    let logits = candidates.map(\.logit)
    return SoftmaxWeights.total(of: logits.span, maximum: maximum)
  }
}

/// Probabilities, their logarithms and the entropy (natural units) of the tokens that are left.
struct Distribution {
  let probabilities: [Float]
  let logProbabilities: [Float]
  let entropy: Float

  init(of candidates: [Candidate]) {
    let logits = candidates.map(\.logit)
    let maximum = candidates.max()?.logit ?? 0
    var weights: [Float] = []
    let total = SoftmaxWeights.write(logits.span, maximum: maximum, to: &weights).reduce(0, +)
    let logTotal = Float(naturalLogarithm(total))
    let logProbabilities = logits.map { $0 - maximum - logTotal }
    let probabilities = weights.map { Float(Double($0) / total) }
    var entropy = 0.0
    for index in probabilities.indices where probabilities[index] > 0 {
      entropy -= Double(probabilities[index]) * Double(logProbabilities[index])
    }
    self.probabilities = probabilities
    self.logProbabilities = logProbabilities
    self.entropy = Float(entropy)
  }
}
