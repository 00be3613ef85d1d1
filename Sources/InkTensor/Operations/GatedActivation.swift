import CInkKernels

/// `activation(gate) * up`, the gated linear unit of modern feed-forward layers (Shazeer, 2020).
enum GatedActivation: Operation {
  struct Arguments: Sendable {
    let gate: Tensor
    let up: Tensor
    let function: ActivationFunction
  }

  static let name: StaticString = "gated"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    guard arguments.gate.shape == arguments.up.shape else {
      throw ShapeMismatch("gate \(arguments.gate.shape), up \(arguments.up.shape)")
    }
    return arguments.gate.shape
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let (gate, up, out) = (arguments.gate.floats, arguments.up.floats, result.floats)
    let kernel = arguments.function.kernel
    cpu.forEachVectorChunk(result.elementCount, cost: 16) { start, count in
      cpu.rows.call.activate_gated(kernel, gate + start, up + start, out + start, count)
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.gate, arguments.up] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func changed(_ kept: Arguments, _ change: (Tensor) -> Tensor) -> Arguments {
    Arguments(gate: change(kept.gate), up: change(kept.up), function: kept.function)
  }

  static var retention: ResultRetention { .computedAgain }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let cpu = flow.cpu
    let (gateResult, upResult) = (cpu.allocate(arguments.gate.shape), cpu.allocate(arguments.up.shape))
    let (gate, up, above) = (arguments.gate.floats, arguments.up.floats, gradient.floats)
    let (gateOut, upOut) = (gateResult.floats, upResult.floats)
    let kernel = arguments.function.kernel
    cpu.forEachVectorChunk(gradient.elementCount, cost: 32) { start, count in
      cpu.rows.call.gated_gradient(
        kernel, gate + start, up + start, above + start, gateOut + start, upOut + start, count)
    }
    flow.add(gateResult, to: arguments.gate)
    flow.add(upResult, to: arguments.up)
  }
}

extension CPU {
  /// The activation of `gate` times `up`, element by element.
  package func gated(_ gate: Tensor, _ up: Tensor, _ function: ActivationFunction) -> Tensor {
    apply(GatedActivation.self, .init(gate: gate, up: up, function: function))
  }
}
