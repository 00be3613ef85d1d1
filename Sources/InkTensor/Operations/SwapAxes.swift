/// The two leading axes exchanged, copied: rows with their heads become heads with their rows.
enum SwapAxes: Operation {
  struct Arguments: Sendable {
    let x: Tensor  // [first, second, width]
  }

  static let name: StaticString = "swapAxes"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let x = arguments.x.shape
    guard x.rank == 3 else { throw ShapeMismatch("x \(x)") }
    return [x[1], x[0], x[2]]
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let (second, first, width) = (result.shape[0], result.shape[1], result.shape[2])
    let (x, out) = (arguments.x.floats, result.floats)
    cpu.forEachRow(second, width: first * width, cost: 1) { chunk in
      for outer in chunk {
        for inner in 0..<first {
          (out + (outer * first + inner) * width).update(from: x + (inner * second + outer) * width, count: width)
        }
      }
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x] }

  static func kept(_ arguments: Arguments) -> Arguments { Arguments(x: arguments.x.hollow) }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    flow.add(flow.cpu.swapAxes(gradient), to: arguments.x)
  }
}

extension CPU {
  /// `x` [first, second, width] as [second, first, width]; no copy where one of them is one.
  package func swapAxes(_ x: Tensor) -> Tensor {
    guard x.shape.rank == 3, x.shape[0] == 1 || x.shape[1] == 1 else { return apply(SwapAxes.self, .init(x: x)) }
    return x.reshaped([x.shape[1], x.shape[0], x.shape[2]])
  }
}
