import CInkKernels

extension CPU {
  /// The experts that each row goes through and their weights.
  ///
  /// A row's choice depends on its own logits alone. Logits that are no numbers lose against all others. Gradients flow
  /// to the logits through the weights; the choice is a constant.
  ///
  /// - Parameters:
  ///   - logits: [rows, experts].
  ///   - bias: [experts], added to the scores for the choice; only for `sigmoidWithBias`.
  ///   - router: a possible one.
  package func routeExperts(_ logits: Tensor, bias: Tensor?, router: ExpertRouter) -> ExpertAssignment {
    guard logits.shape.rank == 2, logits.shape[1] == router.count, router.isPossible,
      bias.map({ $0.shape.elementCount == router.count }) ?? true
    else { trap("routeExperts", "logits \(logits.shape) for \(router)") }
    let rows = logits.shape[0]
    var experts = [Int32](repeating: 0, count: rows * router.chosen)
    let weights = allocate([rows, router.chosen])
    experts.withUnsafeMutableBufferPointer { experts in
      guard let experts = experts.baseAddress else { return }
      let output = RoutedRow(experts: experts, weights: weights.floats)
      forEachRow(rows, width: router.count, cost: 8 + router.chosen) { chunk in
        let scratch = memory.allocate(byteCount: router.count * 12)
        let routing = Routing(
          router: router, bias: bias.map { UnsafePointer($0.floats) }, kernels: self.rows,
          scores: scratch.base.assumingMemoryBound(to: Float.self))
        for row in chunk {
          routing.choose(logits.floats + row * router.count, into: output.advanced(by: row * router.chosen))
        }
      }
    }
    withExtendedLifetime((logits, bias)) {}
    let made = ExpertWeights(logits: logits, router: router, experts: experts)
    return ExpertAssignment(
      rows: rows, router: router, experts: experts, weights: made.recorded(weights, on: self))
  }
}

/// Where the choice of one row goes.
private struct RoutedRow {
  let experts: UnsafeMutablePointer<Int32>
  let weights: UnsafeMutablePointer<Float>

  func advanced(by count: Int) -> RoutedRow { RoutedRow(experts: experts + count, weights: weights + count) }
}

/// The choice for one row at a time.
private struct Routing {
  let router: ExpertRouter
  let bias: UnsafePointer<Float>?
  let kernels: RowKernels
  /// What the weights are taken from, [count]; behind it what is compared, [count], and the group scores, [count].
  let scores: UnsafeMutablePointer<Float>

  private var compared: UnsafeMutablePointer<Float> { scores + router.count }
  private var groupScores: UnsafeMutablePointer<Float> { scores + 2 * router.count }

  func choose(_ logits: UnsafePointer<Float>, into row: RoutedRow) {
    let count = router.count
    switch router.rule {
    case .softmaxOverChosen:
      scores.update(from: logits, count: count)
      compared.update(from: logits, count: count)
      pick(into: row)
      softmax(row.weights, count: router.chosen)
    case .softmax(let normalization, let groups):
      scores.update(from: logits, count: count)
      softmax(scores, count: count)
      compared.update(from: scores, count: count)
      keep(groups)
      pick(into: row)
      normalize(row.weights, normalization)
    case .sigmoidWithBias(let normalization, let groups):
      for expert in 0..<count { scores[expert] = -logits[expert] }
      _ = kernels.call.exp_sum(scores, 0, count)
      for expert in 0..<count {
        scores[expert] = 1 / (1 + scores[expert])
        compared[expert] = scores[expert] + (bias?[expert] ?? 0)
      }
      keep(groups)
      pick(into: row)
      normalize(row.weights, normalization)
    }
    if router.scale != 1 { for rank in 0..<router.chosen { row.weights[rank] *= router.scale } }
  }

  private func softmax(_ values: UnsafeMutablePointer<Float>, count: Int) {
    let sum = kernels.call.exp_sum(values, kernels.call.maximum(values, count), count)
    for index in 0..<count { values[index] /= sum }
  }

  private func normalize(_ weights: UnsafeMutablePointer<Float>, _ normalization: ExpertRouter.Normalization) {
    guard normalization == .sumToOne else { return }
    var sum: Float = 0
    for rank in 0..<router.chosen { sum += weights[rank] }
    for rank in 0..<router.chosen { weights[rank] /= sum + ExpertWeights.leastSum }
  }

  /// Marks the experts of groups that are not kept as taken.
  private func keep(_ groups: ExpertRouter.Groups) {
    let (groupCount, kept): (Int, Int)
    switch groups {
    case .none: return
    case .largest(let count, let keptCount):
      (groupCount, kept) = (count, keptCount)
      let width = router.count / count
      for group in 0..<count { groupScores[group] = largest(group * width..<(group + 1) * width, but: nil).score }
    case .largestPair(let count, let keptCount):
      (groupCount, kept) = (count, keptCount)
      let width = router.count / count
      for group in 0..<count {
        let members = group * width..<(group + 1) * width
        let best = largest(members, but: nil)
        groupScores[group] = best.score + largest(members, but: best.index).score
      }
    }
    let width = router.count / groupCount
    for _ in 0..<groupCount - kept {
      // The group that loses: the smallest, of equal ones the last.
      var loser = -1
      for group in 0..<groupCount where groupScores[group] != .infinity {
        if loser < 0 || !(rank(groupScores[group]) > rank(groupScores[loser])) { loser = group }
      }
      guard loser >= 0 else { return }
      groupScores[loser] = .infinity
      for expert in loser * width..<(loser + 1) * width { compared[expert] = Routing.taken }
    }
  }

  /// The chosen experts in the order of their numbers, with their scores.
  private func pick(into row: RoutedRow) {
    for place in 0..<router.chosen {
      var best = -1
      for expert in 0..<router.count where !isTaken(expert) {
        if best < 0 || rank(compared[expert]) > rank(compared[best]) { best = expert }
      }
      let chosen = max(best, 0)
      compared[chosen] = Routing.taken
      var slot = place
      while slot > 0, row.experts[slot - 1] > Int32(chosen) {
        row.experts[slot] = row.experts[slot - 1]
        slot -= 1
      }
      row.experts[slot] = Int32(chosen)
    }
    for place in 0..<router.chosen { row.weights[place] = scores[Int(row.experts[place])] }
  }

  /// The mark of an expert that is out: a NaN of its own, since every other value may be a score.
  private static let taken = Float(bitPattern: 0x7fc0_1234)

  private func isTaken(_ expert: Int) -> Bool { compared[expert].bitPattern == Routing.taken.bitPattern }

  /// What is compared in place of a score: no number is less than all.
  private func rank(_ score: Float) -> Float { score.isNaN ? -.infinity : score }

  private func largest(_ experts: Range<Int>, but excluded: Int?) -> (index: Int, score: Float) {
    var best = -1
    for expert in experts where expert != excluded {
      if best < 0 || rank(compared[expert]) > rank(compared[best]) { best = expert }
    }
    return (best, best < 0 ? -.infinity : rank(compared[best]))
  }
}
