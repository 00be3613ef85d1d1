/// A matrix with some of its rows replaced by others.
enum ReplaceRows: Operation {
  struct Arguments: Sendable {
    let x: Tensor  // [rows, width]
    /// Where rows begin and what stands there, [count, width]; none overlaps another.
    let parts: [(start: Int, rows: Tensor)]

    var replaced: [Range<Int>] { parts.map { $0.start..<$0.start + $0.rows.shape[0] } }
  }

  static let name: StaticString = "replaceRows"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let x = arguments.x.shape
    guard x.rank == 2,
      arguments.parts.allSatisfy({
        $0.rows.shape.rank == 2 && $0.rows.shape[1] == x[1] && $0.start >= 0 && $0.start <= x[0] - $0.rows.shape[0]
      })
    else { throw ShapeMismatch("\(arguments.parts.map { "\($0.rows.shape) from row \($0.start)" }) in \(x)") }
    let ranges = arguments.replaced.sorted { $0.lowerBound < $1.lowerBound }
    guard zip(ranges, ranges.dropFirst()).allSatisfy({ $0.upperBound <= $1.lowerBound }) else {
      throw ShapeMismatch("rows \(ranges) that overlap")
    }
    return x
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    cpu.copy(arguments.x, into: result)
    for part in arguments.parts {
      cpu.copy(part.rows, into: result.slice(part.start..<part.start + part.rows.shape[0]).reshaped(part.rows.shape))
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x] + arguments.parts.map(\.rows) }

  static func kept(_ arguments: Arguments) -> Arguments {
    Arguments(x: arguments.x.hollow, parts: arguments.parts.map { ($0.start, $0.rows.hollow) })
  }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    for (part, range) in zip(arguments.parts, arguments.replaced) {
      flow.add(flow.cpu.duplicate(gradient.slice(range)), to: part.rows)
    }
    guard flow.wants(arguments.x) else { return }
    let rest = flow.cpu.duplicate(gradient)
    let width = gradient.shape[1]
    for range in arguments.replaced {
      (rest.floats + range.lowerBound * width).update(repeating: 0, count: range.count * width)
    }
    flow.add(rest, to: arguments.x)
  }
}

extension CPU {
  fileprivate func duplicate(_ x: Tensor) -> Tensor {
    let result = allocate(x.shape)
    copy(x, into: result)
    return result
  }

  /// `x` [rows, width] with other rows in some places.
  ///
  /// - Parameter parts: where rows begin and what stands there, [count, width]; none overlaps another.
  package func replaceRows(of x: Tensor, by parts: [(start: Int, rows: Tensor)]) -> Tensor {
    apply(ReplaceRows.self, .init(x: x, parts: parts))
  }
}
