/// Every row over its length, or over a trillionth where it is shorter.
enum NormalizeRows: Operation {
  struct Arguments: Sendable {
    let x: Tensor  // [..., width]
  }

  static let name: StaticString = "normalizeRows"

  private static let leastLength = 1e-12

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    guard arguments.x.shape.rank > 0 else { throw ShapeMismatch("x \(arguments.x.shape)") }
    return arguments.x.shape
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let width = result.shape[-1]
    let (x, out) = (arguments.x.floats, result.floats)
    cpu.forEachRow(result.shape.rowCount, width: width, cost: 3) { rows in
      for row in rows {
        let divisor = max(length(x + row * width, width), leastLength)
        for place in row * width..<(row + 1) * width { out[place] = Float(Double(x[place]) / divisor) }
      }
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let cpu = flow.cpu
    let width = gradient.shape[-1]
    let result = cpu.allocate(gradient.shape)
    let (x, above, out) = (arguments.x.floats, gradient.floats, result.floats)
    cpu.forEachRow(gradient.shape.rowCount, width: width, cost: 6) { rows in
      for row in rows {
        let places = row * width..<(row + 1) * width
        let length = length(x + row * width, width)
        // The part along the row changes its length alone, which the division takes away.
        var along = 0.0
        if length > leastLength {
          for place in places { along += Double(x[place]) * Double(above[place]) }
          along /= length * length
        }
        let divisor = max(length, leastLength)
        for place in places { out[place] = Float((Double(above[place]) - along * Double(x[place])) / divisor) }
      }
    }
    withExtendedLifetime(arguments) {}
    flow.add(result, to: arguments.x)
  }

  private static func length(_ row: UnsafePointer<Float>, _ width: Int) -> Double {
    var sum = 0.0
    for column in 0..<width { sum += Double(row[column]) * Double(row[column]) }
    return sum.squareRoot()
  }
}

extension CPU {
  /// Every row of `x` [..., width] over its length, or over a trillionth where it is shorter.
  package func normalizeRows(_ x: Tensor) -> Tensor { apply(NormalizeRows.self, .init(x: x)) }
}
