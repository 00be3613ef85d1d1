import CInkKernels

/// Layer normalization of each row (Ba, Kiros and Hinton, 2016).
enum LayerNorm: Operation {
  struct Arguments: Sendable {
    let x: Tensor  // [..., width]
    let weight: Tensor  // [width]
    let bias: Tensor?  // [width]
    let epsilon: Float
  }

  static let name: StaticString = "layerNorm"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let (x, weight) = (arguments.x.shape, arguments.weight.shape)
    guard x.rank > 0, weight == [x[-1]], arguments.bias.map({ $0.shape == weight }) ?? true else {
      throw ShapeMismatch("x \(x), weight \(weight), bias \(arguments.bias.map { "\($0.shape)" } ?? "none")")
    }
    return x
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let width = arguments.x.shape[-1]
    let (x, weight, bias, out) = (
      arguments.x.floats, arguments.weight.floats, arguments.bias?.floats, result.floats
    )
    cpu.forEachRow(result.shape.rowCount, width: width, cost: 4) { rows in
      for row in rows {
        cpu.rows.call.layer_norm(x + row * width, weight, bias, arguments.epsilon, out + row * width, width)
      }
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] {
    [arguments.x, arguments.weight] + (arguments.bias.map { [$0] } ?? [])
  }

  static func kept(_ arguments: Arguments) -> Arguments {
    Arguments(
      x: arguments.x, weight: arguments.weight, bias: arguments.bias?.hollow, epsilon: arguments.epsilon)
  }

  static func changed(_ kept: Arguments, _ change: (Tensor) -> Tensor) -> Arguments {
    Arguments(x: change(kept.x), weight: kept.weight, bias: kept.bias, epsilon: kept.epsilon)
  }

  static var retention: ResultRetention { .computedAgain }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let (x, cpu) = (arguments.x, flow.cpu)
    let (rows, width) = (x.shape.rowCount, x.shape[-1])
    let result = cpu.allocate(x.shape)
    let numbers = cpu.allocate([rows, 2])  // mean and factor of each row
    let (from, weight, above) = (x.floats, arguments.weight.floats, gradient.floats)
    let (out, pairs) = (result.floats, numbers.floats)
    cpu.forEachRow(rows, width: width, cost: 6) { chunk in
      for row in chunk {
        let start = row * width
        cpu.rows.call.layer_norm_gradient(
          from + start, weight, above + start, arguments.epsilon, out + start, pairs + 2 * row, width)
      }
    }
    flow.add(result, to: x)
    flow.accumulate(into: arguments.weight) { weight, start in
      cpu.addRows(RowSum(gradient: gradient, x: x, meansAndFactors: numbers), to: weight, start)
    }
    if let bias = arguments.bias {
      flow.accumulate(into: bias) { bias, start in cpu.addRows(RowSum(gradient: gradient), to: bias, start) }
    }
  }
}

extension CPU {
  /// `(x - mean) / sqrt(variance + epsilon) * weight + bias` over the last axis.
  package func layerNorm(_ x: Tensor, weight: Tensor, bias: Tensor?, epsilon: Float) -> Tensor {
    apply(LayerNorm.self, .init(x: x, weight: weight, bias: bias, epsilon: epsilon))
  }
}
