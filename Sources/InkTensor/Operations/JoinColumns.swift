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
}

extension CPU {
  /// `left` [..., a] and `right` [..., b] as [..., a + b].
  package func joinColumns(_ left: Tensor, _ right: Tensor) -> Tensor {
    apply(JoinColumns.self, .init(left: left, right: right))
  }
}
