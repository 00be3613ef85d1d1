import CInkKernels

/// Every row times the sigmoid of its gate.
enum GateRows: Operation {
  struct Arguments: Sendable {
    let x: Tensor  // [rows, width]
    let gates: Tensor  // [rows, 1]
  }

  static let name: StaticString = "gateRows"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let (x, gates) = (arguments.x.shape, arguments.gates.shape)
    guard x.rank == 2, gates.elementCount == x[0] else { throw ShapeMismatch("x \(x), gates \(gates)") }
    return x
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let width = result.shape[1]
    let (x, gates, out) = (arguments.x.floats, arguments.gates.floats, result.floats)
    cpu.forEachRow(result.shape[0], width: width, cost: 1) { rows in
      for row in rows {
        var power = -gates[row]
        _ = cpu.rows.call.exp_sum(&power, 0, 1)
        cpu.rows.call.scale(x + row * width, 1 / (1 + power), out + row * width, width)
      }
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x, arguments.gates] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let cpu = flow.cpu
    let width = arguments.x.shape[1]
    let result = cpu.allocate(arguments.gates.shape)
    let (x, gates, above, out) = (arguments.x.floats, arguments.gates.floats, gradient.floats, result.floats)
    cpu.forEachRow(arguments.x.shape[0], width: width, cost: 1) { rows in
      for row in rows {
        var power = -gates[row]
        _ = cpu.rows.call.exp_sum(&power, 0, 1)
        let open = 1 / (1 + power)
        out[row] = cpu.rows.call.dot(x + row * width, above + row * width, width) * open * (1 - open)
      }
    }
    flow.add(cpu.gateRows(gradient, by: arguments.gates), to: arguments.x)
    flow.add(result, to: arguments.gates)
  }
}

extension CPU {
  /// Every row of `x` [rows, width] times the sigmoid of its gate [rows, 1].
  package func gateRows(_ x: Tensor, by gates: Tensor) -> Tensor {
    apply(GateRows.self, .init(x: x, gates: gates))
  }
}
