import CInkKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// One computation of a cross-entropy and its gradients, block of rows after block of rows.
struct CrossEntropyPass {
  let cpu: CPU
  let weight: Weight
  let bias: Tensor?
  let factors: Tensor?
  let settings: CrossEntropySettings
  let wanted: CrossEntropyGradients.Wanted

  private var entries: Int { weight.outputs }

  /// Rows whose scores exist at a time: as few as they can be in as many blocks as the limits ask for.
  private func blockRows(of rows: Int) -> Int {
    let most = max(1, min(CPU.crossEntropyBlockBytes / (4 * entries), CPU.crossEntropyBlockRows))
    let blocks = max(1, (rows + most - 1) / most)
    // Whole tiles of the products, where that keeps within the limit.
    return max(1, min(most, ((rows + blocks - 1) / blocks + 15) / 16 * 16))
  }

  func run(
    _ x: Tensor, targets: [Int32], rowWeights: [Float]
  ) -> (total: Double, rowLosses: [Float], gradients: CrossEntropyGradients) {
    let (rows, width) = (x.shape[0], x.shape[1])
    var gradients = CrossEntropyGradients()
    if wanted.x { gradients.x = cpu.allocate([rows, width]) }
    if wanted.weight { gradients.weight = cpu.allocate([entries, width]) }
    if wanted.bias { gradients.bias = cpu.allocate([entries]) }
    var rowLosses = [Float](repeating: 0, count: rows)
    let blockRows = blockRows(of: rows)
    var chain = ProductStart.zero
    for start in stride(from: 0, to: rows, by: blockRows) {
      let block = start..<min(start + blockRows, rows)
      let part = x.slice(block)
      var scores = cpu.linear(part, by: [weight], epilogues: [bias.map(MatrixEpilogue.bias) ?? .none])[0]
      if let factors { scores = cpu.scaleColumns(scores, by: factors) }
      turn(scores, block, targets: targets, rowWeights: rowWeights, losses: &rowLosses)
      if let factors, wanted.isAny { scores = cpu.scaleColumns(scores, by: factors) }
      if let result = gradients.x { cpu.addProduct(of: scores, and: weight, to: result.slice(block), .zero) }
      if let result = gradients.weight { cpu.addProduct(ofTransposed: scores, and: part, to: result, chain) }
      if let result = gradients.bias { cpu.addRows(RowSum(gradient: scores), to: result, chain) }
      chain = .fromOutput
    }
    if chain == .zero {
      for gradient in [gradients.weight, gradients.bias].compactMap({ $0 }) {
        gradient.floats.update(repeating: 0, count: gradient.elementCount)
      }
    }
    var total = 0.0
    for (loss, weight) in zip(rowLosses, rowWeights) { total += Double(loss) * Double(weight) }
    return (total, rowLosses, gradients)
  }

  /// Turns the scores of a block into the gradient of the loss with respect to them, in place, and notes the losses.
  private func turn(
    _ scores: Tensor, _ block: Range<Int>, targets: [Int32], rowWeights: [Float], losses: inout [Float]
  ) {
    let (elements, entries) = (scores.floats, entries)
    let copies = settings.softCap == nil ? nil : cpu.allocate([block.count, entries])
    let capped = copies?.floats
    losses.withUnsafeMutableBufferPointer { losses in
      guard let losses = losses.baseAddress else { return }
      cpu.forEachRow(block.count, width: entries, cost: 16) { chunk in
        for row in chunk {
          let index = block.lowerBound + row
          losses[index] = turn(
            row: elements + row * entries, target: Int(targets[index]), weight: rowWeights[index],
            capped: capped.map { $0 + row * entries })
        }
      }
    }
    withExtendedLifetime((scores, copies)) {}
  }

  /// One row of scores becomes its gradient; returns the loss.
  private func turn(
    row: UnsafeMutablePointer<Float>, target: Int, weight: Float, capped: UnsafeMutablePointer<Float>?
  ) -> Float {
    let call = cpu.rows.call
    if settings.scale != 1 { call.scale(row, settings.scale, row, entries) }
    if let cap = settings.softCap { call.soft_cap(row, cap, row, entries) }
    capped?.update(from: row, count: entries)
    let targetScore = row[target]
    let smoothing = settings.labelSmoothing
    var mean = 0.0
    if smoothing != 0 {
      for index in 0..<entries { mean += Double(row[index]) }
      mean /= Double(entries)
    }
    let largest = call.maximum(row, entries)
    let sum = call.exp_sum(row, largest, entries)
    let normalizer = Double(largest) + log(Double(sum))
    let likelihood = normalizer - (1 - Double(smoothing)) * Double(targetScore) - Double(smoothing) * mean
    let loss = likelihood + Double(settings.zLoss) * normalizer * normalizer
    guard wanted.isAny else { return Float(loss) }
    // The derivative of the logarithm is the probability, that of its square twice the logarithm times that.
    let share = Float((1 + 2 * Double(settings.zLoss) * normalizer) / Double(sum)) * weight
    call.scale(row, share, row, entries)
    row[target] -= (1 - smoothing) * weight
    if smoothing != 0 {
      let part = smoothing / Float(entries) * weight
      for index in 0..<entries { row[index] -= part }
    }
    if let cap = settings.softCap, let capped {
      for index in 0..<entries {
        let bend = capped[index] / cap
        row[index] *= 1 - bend * bend
      }
    }
    if settings.scale != 1 { call.scale(row, settings.scale, row, entries) }
    return Float(loss)
  }
}
