import CInkKernels

/// Every row times a vector, element by element.
enum ScaleColumns: Operation {
  struct Arguments: Sendable {
    let x: Tensor  // [..., width]
    let factors: Tensor  // [width]
  }

  static let name: StaticString = "scaleColumns"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let (x, factors) = (arguments.x.shape, arguments.factors.shape)
    guard x.rank > 0, factors.rank == 1, factors[0] == x[-1] else { throw ShapeMismatch("x \(x), factors \(factors)") }
    return x
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let width = result.shape[-1]
    let (x, factors, out) = (arguments.x.floats, arguments.factors.floats, result.floats)
    cpu.forEachRow(result.shape.rowCount, width: width, cost: 1) { rows in
      for row in rows {
        for column in 0..<width { out[row * width + column] = x[row * width + column] * factors[column] }
      }
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x, arguments.factors] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let cpu = flow.cpu
    flow.add(cpu.scaleColumns(gradient, by: arguments.factors), to: arguments.x)
    flow.accumulate(into: arguments.factors) { factors, start in
      cpu.addRows(RowSum(gradient: gradient, x: arguments.x), to: factors, start)
    }
  }
}

extension CPU {
  /// `x` [..., width] with every column multiplied by its factor.
  package func scaleColumns(_ x: Tensor, by factors: Tensor) -> Tensor {
    apply(ScaleColumns.self, .init(x: x, factors: factors))
  }
}
