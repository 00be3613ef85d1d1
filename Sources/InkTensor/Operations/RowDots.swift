/// The dot product of every row with that of the same number of another matrix, in double precision and in order.
enum RowDots: Operation {
  struct Arguments: Sendable {
    let a: Tensor  // [rows, width]
    let b: Tensor  // [rows, width]
  }

  static let name: StaticString = "rowDots"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    guard arguments.a.shape.rank == 2, arguments.a.shape == arguments.b.shape else {
      throw ShapeMismatch("\(arguments.a.shape) and \(arguments.b.shape)")
    }
    return [arguments.a.shape[0]]
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let width = arguments.a.shape[1]
    let (a, b, out) = (arguments.a.floats, arguments.b.floats, result.floats)
    cpu.forEachRow(result.elementCount, width: width, cost: 2) { rows in
      for row in rows {
        var sum = 0.0
        for place in row * width..<(row + 1) * width { sum += Double(a[place]) * Double(b[place]) }
        out[row] = Float(sum)
      }
    }
    withExtendedLifetime(arguments) {}
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.a, arguments.b] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let cpu = flow.cpu
    for (own, other) in [(arguments.a, arguments.b), (arguments.b, arguments.a)] where flow.wants(own) {
      let width = own.shape[1]
      let result = cpu.allocate(own.shape)
      let (values, above, out) = (other.floats, gradient.floats, result.floats)
      cpu.forEachRow(own.shape[0], width: width, cost: 1) { rows in
        for row in rows {
          for place in row * width..<(row + 1) * width { out[place] = above[row] * values[place] }
        }
      }
      withExtendedLifetime((other, gradient)) {}
      flow.add(result, to: own)
    }
  }
}

extension CPU {
  /// The dot products of the rows of `a` and `b`, both [rows, width]: [rows].
  package func rowDots(_ a: Tensor, _ b: Tensor) -> Tensor { apply(RowDots.self, .init(a: a, b: b)) }
}
