/// A number added to every element.
enum Shift: Operation {
  struct Arguments: Sendable {
    let x: Tensor
    let offset: Float
  }

  static let name: StaticString = "shift"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape { arguments.x.shape }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let (x, out, offset) = (arguments.x.floats, result.floats, arguments.offset)
    cpu.forEachRow(result.elementCount, width: 1, cost: 1) { chunk in
      for index in chunk { out[index] = x[index] + offset }
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x] }

  static func kept(_ arguments: Arguments) -> Arguments { Arguments(x: arguments.x.hollow, offset: arguments.offset) }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    flow.add(gradient, to: arguments.x)
  }
}

extension CPU {
  /// `x` with a number added to every element.
  package func shift(_ x: Tensor, by offset: Float) -> Tensor { apply(Shift.self, .init(x: x, offset: offset)) }
}
