/// Rows of a matrix, in the order they are named: those of a step whose logits are wanted.
enum PickRows: Operation {
  struct Arguments: Sendable {
    let x: Tensor  // [rows, width]
    let rows: [Int]
  }

  static let name: StaticString = "pickRows"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let shape = arguments.x.shape
    guard shape.rank == 2, arguments.rows.allSatisfy({ (0..<shape[0]).contains($0) }) else {
      throw ShapeMismatch("rows \(arguments.rows) of \(shape)")
    }
    return [arguments.rows.count, shape[1]]
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let width = arguments.x.shape[1]
    let (x, out) = (arguments.x.floats, result.floats)
    cpu.forEachRow(arguments.rows.count, width: width, cost: 1) { chunk in
      for row in chunk { (out + row * width).update(from: x + arguments.rows[row] * width, count: width) }
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x] }

  static func kept(_ arguments: Arguments) -> Arguments {
    Arguments(x: arguments.x.hollow, rows: arguments.rows)
  }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let cpu = flow.cpu
    flow.accumulate(into: arguments.x) { x, start in cpu.addRows(of: gradient, at: arguments.rows, to: x, start) }
  }
}

extension CPU {
  /// The named rows of `x` [rows, width], one below the other.
  package func pickRows(_ rows: [Int], of x: Tensor) -> Tensor { apply(PickRows.self, .init(x: x, rows: rows)) }
}
