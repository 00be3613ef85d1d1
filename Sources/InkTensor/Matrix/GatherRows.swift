import CInkKernels

/// Rows of a table by their numbers: an embedding lookup.
enum GatherRows: Operation {
  struct Arguments: Sendable {
    let table: Tensor  // [count, width], f32 or bf16
    let ids: [Int]
  }

  static let name: StaticString = "gatherRows"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let table = arguments.table.shape
    guard table.rank == 2, let bad = arguments.ids.first(where: { $0 < 0 || $0 >= table[0] }) else {
      return [arguments.ids.count, table[-1]]
    }
    throw ShapeMismatch("row \(bad) of \(table)")
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let width = arguments.table.shape[1]
    if arguments.table.dtype == .bf16 { return widen(arguments, into: result, on: cpu) }
    let (table, out) = (arguments.table.floats, result.floats)
    cpu.forEachRow(arguments.ids.count, width: width, cost: 1) { chunk in
      for row in chunk { (out + row * width).update(from: table + arguments.ids[row] * width, count: width) }
    }
  }

  private static func widen(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let width = arguments.table.shape[1]
    let (table, out) = (arguments.table.halves, result.floats)
    cpu.forEachRow(arguments.ids.count, width: width, cost: 1) { chunk in
      for row in chunk { ink_bf16_to_f32(table + arguments.ids[row] * width, out + row * width, width) }
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.table] }

  static func kept(_ arguments: Arguments) -> Arguments {
    Arguments(table: arguments.table.hollow, ids: arguments.ids)
  }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let cpu = flow.cpu
    flow.accumulate(into: arguments.table) { table, start in
      cpu.addRows(of: gradient, at: arguments.ids, to: table, start)
    }
  }
}

extension CPU {
  /// Rows of a table, exactly the values that its format defines: an embedding lookup.
  ///
  /// - Parameters:
  ///   - ids: row numbers in `0..<outputs`; another is a programmer's error.
  /// - Returns: [ids.count, inputs].
  package func gatherRows(_ ids: [Int], of table: Weight) -> Tensor {
    switch table {
    case .packed(let matrix): matrix.gatherRows(ids, cpu: self)
    case .dense(let tensor): apply(GatherRows.self, .init(table: tensor, ids: ids))
    }
  }
}
