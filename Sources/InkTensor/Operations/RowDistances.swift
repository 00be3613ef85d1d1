/// The Euclidean distance of every row from that of the same number of another matrix, in double precision and in
/// order.
///
/// A millionth is added to each difference, as PyTorch's `pairwise_distance` does, so that equal rows have a gradient.
enum RowDistances: Operation {
  struct Arguments: Sendable {
    let a: Tensor  // [rows, width]
    let b: Tensor  // [rows, width]
  }

  static let name: StaticString = "rowDistances"

  private static let shift = 1e-6

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    guard arguments.a.shape.rank == 2, arguments.a.shape == arguments.b.shape else {
      throw ShapeMismatch("\(arguments.a.shape) and \(arguments.b.shape)")
    }
    return [arguments.a.shape[0]]
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let width = arguments.a.shape[1]
    let (a, b, out) = (arguments.a.floats, arguments.b.floats, result.floats)
    cpu.forEachRow(result.elementCount, width: width, cost: 3) { rows in
      for row in rows { out[row] = Float(distance(a + row * width, b + row * width, width)) }
    }
    withExtendedLifetime(arguments) {}
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.a, arguments.b] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let cpu = flow.cpu
    let width = arguments.a.shape[1]
    let result = cpu.allocate(arguments.a.shape)
    let (a, b, above, out) = (arguments.a.floats, arguments.b.floats, gradient.floats, result.floats)
    cpu.forEachRow(arguments.a.shape[0], width: width, cost: 6) { rows in
      for row in rows {
        let length = distance(a + row * width, b + row * width, width)
        let factor = length > 0 ? Double(above[row]) / length : 0
        for place in row * width..<(row + 1) * width {
          out[place] = Float(factor * (Double(a[place]) - Double(b[place]) + shift))
        }
      }
    }
    withExtendedLifetime((arguments, gradient)) {}
    flow.add(result, to: arguments.a)
    if flow.wants(arguments.b) { flow.add(cpu.scale(result, by: -1), to: arguments.b) }
  }

  private static func distance(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ width: Int) -> Double {
    var sum = 0.0
    for column in 0..<width {
      let difference = Double(a[column]) - Double(b[column]) + shift
      sum += difference * difference
    }
    return sum.squareRoot()
  }
}

extension CPU {
  /// The Euclidean distances of the rows of `a` and `b`, both [rows, width]: [rows].
  package func rowDistances(_ a: Tensor, _ b: Tensor) -> Tensor { apply(RowDistances.self, .init(a: a, b: b)) }
}
