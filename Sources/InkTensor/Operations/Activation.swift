import CInkKernels

/// The functions that bend a feed-forward layer.
public enum ActivationFunction: Sendable, Hashable {
  /// `x / (1 + exp(-x))`, also called swish.
  case silu
  /// The Gaussian error linear unit in its tanh form (Hendrycks and Gimpel, 2016).
  case geluTanh
  /// The Gaussian error linear unit with the error function.
  case geluErf
  /// `max(x, 0)`.
  case relu
  /// `x / (1 + exp(-1.702 x))`, the Gaussian error linear unit by a sigmoid (Hendrycks and Gimpel, 2016; CLIP).
  case quickGELU

  var kernel: ink_activation {
    switch self {
    case .silu: INK_SILU
    case .geluTanh: INK_GELU_TANH
    case .geluErf: INK_GELU_ERF
    case .relu: INK_RELU
    case .quickGELU: INK_QUICK_GELU
    }
  }
}

/// An activation of every element.
enum Activation: Operation {
  struct Arguments: Sendable {
    let x: Tensor
    let function: ActivationFunction
  }

  static let name: StaticString = "activate"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape { arguments.x.shape }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let (x, out, kernel) = (arguments.x.floats, result.floats, arguments.function.kernel)
    cpu.forEachVectorChunk(result.elementCount, cost: 16) { start, count in
      cpu.rows.call.activate(kernel, x + start, out + start, count)
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func changed(_ kept: Arguments, _ change: (Tensor) -> Tensor) -> Arguments {
    Arguments(x: change(kept.x), function: kept.function)
  }

  static var retention: ResultRetention { .computedAgain }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let cpu = flow.cpu
    let result = cpu.allocate(arguments.x.shape)
    let (x, above, out) = (arguments.x.floats, gradient.floats, result.floats)
    let kernel = arguments.function.kernel
    cpu.forEachVectorChunk(result.elementCount, cost: 24) { start, count in
      cpu.rows.call.activate_gradient(kernel, x + start, above + start, out + start, count)
    }
    flow.add(result, to: arguments.x)
  }
}

extension CPU {
  /// The activation of each element.
  package func activate(_ x: Tensor, _ function: ActivationFunction) -> Tensor {
    apply(Activation.self, .init(x: x, function: function))
  }
}
