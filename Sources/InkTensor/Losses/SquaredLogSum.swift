import CInkKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// `sum over rows of weight · log(sum of exp(row))²`: what keeps the logits of a router small (Zoph et al., 2022,
/// "ST-MoE").
enum SquaredLogSum: Operation {
  struct Arguments: Sendable {
    let scores: Tensor  // [rows, entries]
    let rowWeights: [Float]
  }

  static let name: StaticString = "squaredLogSum"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    guard arguments.scores.shape.rank == 2, arguments.rowWeights.count == arguments.scores.shape[0] else {
      throw ShapeMismatch("scores \(arguments.scores.shape), \(arguments.rowWeights.count) weights")
    }
    return [1]
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    cpu.sumOfRows(arguments.scores, weights: arguments.rowWeights, into: result) { row, count in
      let largest = cpu.rows.call.maximum(row, count)
      let logarithm = largest + log(cpu.rows.call.exp_sum(row, largest, count))
      return logarithm * logarithm
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.scores] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let cpu = flow.cpu
    let count = arguments.scores.shape[1]
    let result = cpu.allocate(arguments.scores.shape)
    let (scores, out, above) = (arguments.scores.floats, result.floats, gradient.floats[0])
    cpu.forEachRow(arguments.rowWeights.count, width: count, cost: 16) { chunk in
      for row in chunk {
        let own = out + row * count
        own.update(from: scores + row * count, count: count)
        let largest = cpu.rows.call.maximum(own, count)
        let sum = cpu.rows.call.exp_sum(own, largest, count)
        let factor = 2 * above * arguments.rowWeights[row] * (largest + log(sum)) / sum
        cpu.rows.call.scale(own, factor, own, count)
      }
    }
    withExtendedLifetime(arguments) {}
    flow.add(result, to: arguments.scores)
  }
}

extension CPU {
  /// `sum over rows of weight · log(sum of exp(row))²`, one element.
  ///
  /// - Parameters:
  ///   - scores: [rows, entries].
  ///   - rowWeights: a number for each row.
  package func squaredLogSum(_ scores: Tensor, rowWeights: [Float]) -> Tensor {
    apply(SquaredLogSum.self, .init(scores: scores, rowWeights: rowWeights))
  }
}
