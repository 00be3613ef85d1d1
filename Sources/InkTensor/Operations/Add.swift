import CInkKernels

/// The sum of two tensors of one shape.
enum Add: Operation {
  struct Arguments: Sendable {
    let a: Tensor
    let b: Tensor
  }

  static let name: StaticString = "add"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    guard arguments.a.shape == arguments.b.shape else {
      throw ShapeMismatch("\(arguments.a.shape) and \(arguments.b.shape)")
    }
    return arguments.a.shape
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let (a, b, out) = (arguments.a.floats, arguments.b.floats, result.floats)
    cpu.forEachRow(result.elementCount, width: 1, cost: 1) { chunk in
      let start = chunk.lowerBound
      cpu.rows.call.add(a + start, b + start, out + start, chunk.count)
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.a, arguments.b] }

  static func kept(_ arguments: Arguments) -> Arguments {
    Arguments(a: arguments.a.hollow, b: arguments.b.hollow)
  }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    flow.add(gradient, to: arguments.a)
    flow.add(gradient, to: arguments.b)
  }
}

extension CPU {
  /// `a + b`, element by element.
  package func add(_ a: Tensor, _ b: Tensor) -> Tensor { apply(Add.self, .init(a: a, b: b)) }
}
