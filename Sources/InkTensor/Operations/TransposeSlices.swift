/// The matrices of a tensor, each with rows and columns exchanged.
enum TransposeSlices: Operation {
  struct Arguments: Sendable {
    let x: Tensor  // [slices, rows, columns]
  }

  static let name: StaticString = "transposeSlices"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let x = arguments.x.shape
    guard x.rank == 3 else { throw ShapeMismatch("x \(x)") }
    return [x[0], x[2], x[1]]
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let (slices, columns, rows) = (result.shape[0], result.shape[1], result.shape[2])
    let (x, out) = (arguments.x.floats, result.floats)
    cpu.forEachRow(slices * columns, width: rows, cost: 4) { chunk in
      for target in chunk {
        let (slice, column) = (target / columns, target % columns)
        let source = x + slice * rows * columns + column
        for row in 0..<rows { out[target * rows + row] = source[row * columns] }
      }
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x] }

  static func kept(_ arguments: Arguments) -> Arguments { Arguments(x: arguments.x.hollow) }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    flow.add(flow.cpu.transposeSlices(gradient), to: arguments.x)
  }
}

extension CPU {
  /// `x` [slices, rows, columns] as [slices, columns, rows].
  package func transposeSlices(_ x: Tensor) -> Tensor { apply(TransposeSlices.self, .init(x: x)) }
}
