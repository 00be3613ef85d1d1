/// Two tensors side by side along the last axis.
enum JoinColumns: Operation {
  struct Arguments: Sendable {
    let left: Tensor  // [..., a]
    let right: Tensor  // [..., b]
  }

  static let name: StaticString = "joinColumns"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let (left, right) = (arguments.left.shape, arguments.right.shape)
    guard left.rank > 0, left.array.dropLast() == right.array.dropLast() else {
      throw ShapeMismatch("\(left) and \(right)")
    }
    var shape = left
    shape[-1] = left[-1] + right[-1]
    return shape
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let (a, b) = (arguments.left.shape[-1], arguments.right.shape[-1])
    let (left, right, out) = (arguments.left.floats, arguments.right.floats, result.floats)
    cpu.forEachRow(result.shape.rowCount, width: a + b, cost: 1) { rows in
      for row in rows {
        (out + row * (a + b)).update(from: left + row * a, count: a)
        (out + row * (a + b) + a).update(from: right + row * b, count: b)
      }
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.left, arguments.right] }

  static func kept(_ arguments: Arguments) -> Arguments {
    Arguments(left: arguments.left.hollow, right: arguments.right.hollow)
  }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let (a, b) = (arguments.left.shape[-1], arguments.right.shape[-1])
    let left = flow.cpu.allocate(arguments.left.shape)
    let right = flow.cpu.allocate(arguments.right.shape)
    let (above, leftOut, rightOut) = (gradient.floats, left.floats, right.floats)
    flow.cpu.forEachRow(gradient.shape.rowCount, width: a + b, cost: 1) { rows in
      for row in rows {
        (leftOut + row * a).update(from: above + row * (a + b), count: a)
        (rightOut + row * b).update(from: above + row * (a + b) + a, count: b)
      }
    }
    flow.add(left, to: arguments.left)
    flow.add(right, to: arguments.right)
  }
}

extension CPU {
  /// `left` [..., a] and `right` [..., b] as [..., a + b].
  package func joinColumns(_ left: Tensor, _ right: Tensor) -> Tensor {
    apply(JoinColumns.self, .init(left: left, right: right))
  }
}
