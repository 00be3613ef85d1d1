import CInkKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// One weight's update by Adafactor. Every sum is one chain, or chunks of fixed size that are added in order.
struct AdafactorPass {
  let rule: AdafactorRule
  let part: UpdatePart
  let scale: GradientScale
  let cpu: CPU
  /// The weight as rows that share column factors: of a matrix its rows, of a vector chunks of fixed size.
  private let rows: Int
  private let columns: Int
  private let kernels: OptimizerKernels
  /// The share of the new squares.
  private let weight: Double

  /// Columns whose sums one task makes.
  private static let columnBlock = 64
  /// Elements of a vector that count as a row.
  private static let chunk = 4096

  init(rule: AdafactorRule, part: UpdatePart, scale: GradientScale, cpu: CPU) {
    self.rule = rule
    self.part = part
    self.scale = scale
    self.cpu = cpu
    let shape = part.value.shape
    let isMatrix = shape.rank >= 2
    columns = isMatrix ? shape[-1] : min(Self.chunk, part.count)
    rows = isMatrix ? shape.rowCount : (part.count + columns - 1) / columns
    kernels = cpu.updates
    weight = pow(Double(part.step), rule.decayExponent)
  }

  func run() {
    let rate = rule.rate(of: part, on: cpu)
    if part.value.shape.rank >= 2 {
      rememberRows()
      rememberColumns()
      let factors = matrixFactors()
      change(rate: rate, rowFactors: factors.rows, factors: factors.columns, rowsOfFactors: part.value.shape[-2])
    } else {
      // Every chunk has factors of its own.
      change(rate: rate, rowFactors: nil, factors: vectorFactors(), rowsOfFactors: 1)
    }
  }

  private var cost: Int { max(1, 32_768 / max(columns, 1)) }

  /// The gradient's elements of a row.
  private func count(ofRow row: Int) -> Int { min(columns, part.count - row * columns) }

  private func rememberRows() {
    let (gradient, squares) = (part.gradient.floats, part.state[0].floats)
    cpu.threads.run(count: rows, grain: cost) { range in
      for row in range {
        let sum = kernels.call.squared_sum(scale.kernel, 1, nil, gradient + row * columns, columns)
        squares[row] = remembered(squares[row], mean: sum / Double(columns))
      }
    }
  }

  private func rememberColumns() {
    let (gradient, squares) = (part.gradient.floats, part.state[1].floats)
    let height = part.value.shape[-2]
    let blocks = (columns + Self.columnBlock - 1) / Self.columnBlock
    cpu.threads.run(count: rows / height * blocks) { range in
      var sums = [Double](repeating: 0, count: Self.columnBlock)
      for task in range {
        let (matrix, start) = (task / blocks, task % blocks * Self.columnBlock)
        let width = min(Self.columnBlock, columns - start)
        for column in 0..<width { sums[column] = 0 }
        for row in 0..<height {
          kernels.call.add_squares(scale.kernel, gradient + (matrix * height + row) * columns + start, &sums, width)
        }
        let target = squares + matrix * columns + start
        for column in 0..<width { target[column] = remembered(target[column], mean: sums[column] / Double(height)) }
      }
    }
  }

  private func remembered(_ old: Float, mean: Double) -> Float {
    Float((1 - weight) * Double(old) + weight * (mean + rule.epsilon))
  }

  /// What rows and columns multiply the gradient by: the inverse root of their product over its mean.
  private func matrixFactors() -> (rows: Tensor, columns: Tensor) {
    let result = (rows: cpu.allocate(part.state[0].shape), columns: cpu.allocate(part.state[1].shape))
    let (rowSquares, rowFactors) = (part.state[0].floats, result.rows.floats)
    let height = part.value.shape[-2]
    for start in stride(from: 0, to: rows, by: height) {
      var sum = 0.0
      for row in start..<start + height { sum += Double(rowSquares[row]) }
      let mean = sum / Double(height)
      for row in start..<start + height { rowFactors[row] = Float(1 / (Double(rowSquares[row]) / mean).squareRoot()) }
    }
    let (columnSquares, columnFactors) = (part.state[1].floats, result.columns.floats)
    for column in 0..<part.state[1].elementCount {
      columnFactors[column] = Float(1 / Double(columnSquares[column]).squareRoot())
    }
    return result
  }

  /// The inverse roots of a vector's squares.
  private func vectorFactors() -> Tensor {
    let result = cpu.allocate([part.count])
    let (gradient, squares, factors) = (part.gradient.floats, part.state[0].floats, result.floats)
    var step = ink_root_step()
    step.gradient = scale.kernel
    step.beta = Float(1 - weight)
    step.weight = Float(weight)
    step.epsilon = Float(rule.epsilon)
    cpu.forEachPart([part.count], cost: 2) { [step] _, range in
      let start = range.lowerBound
      withUnsafePointer(to: step) { step in
        kernels.call.inverse_root(step, gradient + start, squares + start, factors + start, range.count)
      }
    }
    return result
  }

  /// Measures the update, holds its size within the threshold, and changes the weight.
  ///
  /// - Parameter rowsOfFactors: how many rows use a row of factors.
  private func change(rate: Double, rowFactors: Tensor?, factors: Tensor, rowsOfFactors: Int) {
    let (gradient, value) = (part.gradient.floats, part.value.floats)
    let (rowFactors, columnFactors) = (rowFactors?.floats, factors.floats)
    var sums = [Double](repeating: 0, count: rows)
    sums.withUnsafeMutableBufferPointer { sums in
      guard let sums = sums.baseAddress else { return }
      cpu.threads.run(count: rows, grain: cost) { range in
        for row in range {
          sums[row] = kernels.call.squared_sum(
            scale.kernel, rowFactors?[row] ?? 1, columnFactors + row / rowsOfFactors * columns,
            gradient + row * columns, count(ofRow: row))
        }
      }
    }
    let size = (sums.reduce(0, +) / Double(part.count)).squareRoot()
    let moment = part.state.count > slotsOfSquares ? part.state[slotsOfSquares].floats : nil
    let beta1 = rule.beta1 ?? 0
    let step = ink_factored_step(
      gradient: scale.kernel, beta1: Float(beta1), weight1: Float(1 - beta1),
      keep: Float(1 - rate * part.weightDecay), rate: Float(rate / max(1, size / rule.threshold)))
    cpu.threads.run(count: rows, grain: cost) { range in
      withUnsafePointer(to: step) { step in
        for row in range {
          let start = row * columns
          kernels.call.factored(
            step, rowFactors?[row] ?? 1, columnFactors + row / rowsOfFactors * columns, value + start,
            gradient + start, moment.map { $0 + start }, count(ofRow: row))
        }
      }
    }
    withExtendedLifetime(factors) {}
  }

  private var slotsOfSquares: Int { part.value.shape.rank >= 2 ? 2 : 1 }
}
