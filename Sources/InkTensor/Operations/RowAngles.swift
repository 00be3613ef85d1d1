/// How near in angle every row is to that of the same number of another matrix, the halves of a row taken for the real
/// and the imaginary parts of complex numbers (Li and Li, 2024, "AnglE").
///
/// With `a + bi` for a row of length one and `c + di` for its partner, the parts of the quotient of both are added and the
/// sign is dropped: `|Σ (ac + bd) + (bc - ad)|`. In double precision and in order.
enum RowAngles: Operation {
  struct Arguments: Sendable {
    let x: Tensor  // [rows, width], width even
    let y: Tensor  // [rows, width]
  }

  static let name: StaticString = "rowAngles"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let shape = arguments.x.shape
    guard shape.rank == 2, shape == arguments.y.shape, shape[1] % 2 == 0 else {
      throw ShapeMismatch("\(shape) and \(arguments.y.shape)")
    }
    return [shape[0]]
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let width = arguments.x.shape[1]
    let (x, y, out) = (arguments.x.floats, arguments.y.floats, result.floats)
    cpu.forEachRow(result.elementCount, width: width, cost: 4) { rows in
      for row in rows { out[row] = Float(abs(sum(x + row * width, y + row * width, width))) }
    }
    withExtendedLifetime(arguments) {}
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x, arguments.y] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let cpu = flow.cpu
    let width = arguments.x.shape[1]
    let half = width / 2
    let (ofX, ofY) = (cpu.allocate(arguments.x.shape), cpu.allocate(arguments.y.shape))
    let (x, y, above) = (arguments.x.floats, arguments.y.floats, gradient.floats)
    let (outX, outY) = (ofX.floats, ofY.floats)
    cpu.forEachRow(arguments.x.shape[0], width: width, cost: 8) { rows in
      for row in rows {
        let start = row * width
        let isNegative = sum(x + start, y + start, width) < 0
        let factor = isNegative ? -above[row] : above[row]
        for column in 0..<half {
          let (real, imaginary) = (start + column, start + half + column)
          outX[real] = factor * (y[real] - y[imaginary])
          outX[imaginary] = factor * (y[imaginary] + y[real])
          outY[real] = factor * (x[real] + x[imaginary])
          outY[imaginary] = factor * (x[imaginary] - x[real])
        }
      }
    }
    withExtendedLifetime((arguments, gradient)) {}
    flow.add(ofX, to: arguments.x)
    flow.add(ofY, to: arguments.y)
  }

  private static func sum(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ width: Int) -> Double {
    let half = width / 2
    var sum = 0.0
    for column in 0..<half {
      let (a, b) = (Double(x[column]), Double(x[half + column]))
      let (c, d) = (Double(y[column]), Double(y[half + column]))
      sum += a * c + b * d + b * c - a * d
    }
    return sum
  }
}

extension CPU {
  /// How near in angle the rows of `x` and `y` are, both [rows, width] with rows of length one and an even width:
  /// [rows].
  package func rowAngles(_ x: Tensor, _ y: Tensor) -> Tensor { apply(RowAngles.self, .init(x: x, y: y)) }
}
