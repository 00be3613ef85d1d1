import CInkKernels

/// Root-mean-square normalization of each row (Zhang and Sennrich, 2019).
enum RMSNorm: Operation {
  struct Arguments: Sendable {
    let x: Tensor  // [..., width]
    let weight: Tensor  // [width]
    let epsilon: Float
  }

  static let name: StaticString = "rmsNorm"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    guard arguments.x.shape.rank > 0, arguments.weight.shape == [arguments.x.shape[-1]] else {
      throw ShapeMismatch("x \(arguments.x.shape), weight \(arguments.weight.shape)")
    }
    return arguments.x.shape
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let width = arguments.x.shape[-1]
    let (x, weight, out) = (arguments.x.floats, arguments.weight.floats, result.floats)
    cpu.forEachRow(result.shape.rowCount, width: width, cost: 2) { rows in
      for row in rows {
        cpu.rows.call.rms_norm(x + row * width, weight, arguments.epsilon, out + row * width, width)
      }
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x, arguments.weight] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func changed(_ kept: Arguments, _ change: (Tensor) -> Tensor) -> Arguments {
    Arguments(x: change(kept.x), weight: kept.weight, epsilon: kept.epsilon)
  }

  static var retention: ResultRetention { .computedAgain }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let (x, cpu) = (arguments.x, flow.cpu)
    let (rows, width) = (x.shape.rowCount, x.shape[-1])
    let result = cpu.allocate(x.shape)
    let factors = cpu.allocate([rows])
    let (from, weight, above) = (x.floats, arguments.weight.floats, gradient.floats)
    let (out, factor) = (result.floats, factors.floats)
    cpu.forEachRow(rows, width: width, cost: 4) { chunk in
      for row in chunk {
        let start = row * width
        factor[row] = cpu.rows.call.rms_norm_gradient(
          from + start, weight, above + start, arguments.epsilon, out + start, width)
      }
    }
    flow.add(result, to: x)
    flow.accumulate(into: arguments.weight) { weight, start in
      cpu.addRows(RowSum(gradient: gradient, x: x, factors: factors), to: weight, start)
    }
  }
}

extension CPU {
  /// `x * weight / sqrt(mean(x²) + epsilon)` over the last axis.
  package func rmsNorm(_ x: Tensor, weight: Tensor, epsilon: Float) -> Tensor {
    apply(RMSNorm.self, .init(x: x, weight: weight, epsilon: epsilon))
  }
}
