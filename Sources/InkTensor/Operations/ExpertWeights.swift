import CInkKernels

/// The weights of chosen experts as a function of the router's logits, for the way back.
struct ExpertWeights: Sendable {
  /// What a sum that weights are divided by is larger by: all sigmoids may be zero. The reference adds the same number.
  static let leastSum: Float = 1e-20

  let logits: Tensor  // [rows, experts]
  let router: ExpertRouter
  /// The experts of each row, [rows * chosen].
  let experts: [Int32]

  /// Notes on the tape of a backend how the weights [rows, chosen] came about.
  func recorded(_ weights: Tensor, on cpu: CPU) -> Tensor {
    guard let tape = cpu.tape, tape.tracks(logits) else { return weights }
    return tape.append(results: [weights], of: [logits]) { results in
      { flow in
        guard let gradient = flow.take(results[0]) else { return }
        flow.add(self.gradient(above: gradient, on: flow.cpu), to: logits)
      }
    }[0]
  }

  /// The gradient of the logits, given that of the weights.
  private func gradient(above: Tensor, on cpu: CPU) -> Tensor {
    let (count, chosen) = (router.count, router.chosen)
    let result = cpu.allocate(logits.shape)
    experts.withUnsafeBufferPointer { experts in
      cpu.forEachRow(logits.shape[0], width: count, cost: 16) { chunk in
        for row in chunk {
          let places = row * chosen..<(row + 1) * chosen
          let own = Row(
            logits: logits.floats + row * count, experts: UnsafeBufferPointer(rebasing: experts[places]),
            above: above.floats + row * chosen, out: result.floats + row * count)
          addRow(own, kernels: cpu.rows)
        }
      }
    }
    withExtendedLifetime((logits, above)) {}
    return result
  }

  private struct Row {
    let logits: UnsafePointer<Float>
    let experts: UnsafeBufferPointer<Int32>
    /// The gradients of the weights, [chosen].
    let above: UnsafePointer<Float>
    /// The gradients of the logits, [experts].
    let out: UnsafeMutablePointer<Float>
  }

  private func addRow(_ row: Row, kernels: RowKernels) {
    let count = router.count
    switch router.rule {
    case .softmaxOverChosen:
      row.out.update(repeating: 0, count: count)
      // Weights that sum to one: the softmax of the chosen logits.
      var weights = row.experts.map { row.logits[Int($0)] }
      let sum = kernels.call.exp_sum(&weights, kernels.call.maximum(weights, weights.count), weights.count)
      var mean: Float = 0
      for rank in weights.indices {
        weights[rank] /= sum
        mean += row.above[rank] * weights[rank]
      }
      for (rank, expert) in row.experts.enumerated() {
        row.out[Int(expert)] = router.scale * weights[rank] * (row.above[rank] - mean)
      }
    case .softmax(let normalization, _):
      row.out.update(from: row.logits, count: count)
      let sum = kernels.call.exp_sum(row.out, kernels.call.maximum(row.out, count), count)
      for expert in 0..<count { row.out[expert] /= sum }
      let gradients = scoreGradients(row, normalization)
      // All probabilities fall when one rises.
      var mean: Float = 0
      for (rank, expert) in row.experts.enumerated() { mean += gradients[rank] * row.out[Int(expert)] }
      let chosen = row.experts.map { row.out[Int($0)] }
      for expert in 0..<count { row.out[expert] *= -mean }
      for (rank, expert) in row.experts.enumerated() { row.out[Int(expert)] = chosen[rank] * (gradients[rank] - mean) }
    case .sigmoidWithBias(let normalization, _):
      for expert in 0..<count { row.out[expert] = -row.logits[expert] }
      _ = kernels.call.exp_sum(row.out, 0, count)
      for expert in 0..<count { row.out[expert] = 1 / (1 + row.out[expert]) }
      let gradients = scoreGradients(row, normalization)
      let chosen = row.experts.map { row.out[Int($0)] }
      row.out.update(repeating: 0, count: count)
      for (rank, expert) in row.experts.enumerated() {
        row.out[Int(expert)] = gradients[rank] * chosen[rank] * (1 - chosen[rank])
      }
    }
  }

  /// The gradients of the chosen experts' scores, which lie in `row.out`.
  private func scoreGradients(_ row: Row, _ normalization: ExpertRouter.Normalization) -> [Float] {
    let above = (0..<row.experts.count).map { router.scale * row.above[$0] }
    switch normalization {
    case .none: return above
    case .sumToOne:
      let scores = row.experts.map { row.out[Int($0)] }
      let sum = scores.reduce(0, +) + ExpertWeights.leastSum
      let mean = zip(above, scores).reduce(Float(0)) { $0 + $1.0 * $1.1 } / sum
      return above.map { ($0 - mean) / sum }
    }
  }
}
