/// Tensors one below the other along the first axis.
enum JoinRows: Operation {
  struct Arguments: Sendable {
    let parts: [Tensor]  // each [count, ...]
  }

  static let name: StaticString = "joinRows"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let shapes = arguments.parts.map(\.shape)
    guard var shape = shapes.first, shape.rank > 0,
      shapes.allSatisfy({ $0.rank > 0 && $0.array.dropFirst() == shape.array.dropFirst() })
    else { throw ShapeMismatch("\(shapes)") }
    shape[0] = shapes.reduce(0) { $0 + $1[0] }
    return shape
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    var out = result.floats
    for part in arguments.parts {
      let (from, to) = (part.floats, out)
      cpu.forEachRow(part.elementCount, width: 1, cost: 1) { chunk in
        (to + chunk.lowerBound).update(from: from + chunk.lowerBound, count: chunk.count)
      }
      out += part.elementCount
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { arguments.parts }

  static func kept(_ arguments: Arguments) -> Arguments { Arguments(parts: arguments.parts.map(\.hollow)) }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    var row = 0
    for part in arguments.parts {
      let rows = row..<row + part.shape[0]
      row = rows.upperBound
      flow.add(gradient.slice(rows), to: part)
    }
  }
}

extension CPU {
  /// Tensors [count, ...] one below the other.
  package func joinRows(_ parts: [Tensor]) -> Tensor {
    parts.count == 1 ? parts[0] : apply(JoinRows.self, .init(parts: parts))
  }

  /// Rows that follow each other: a view where nothing is recorded.
  package func rows(_ range: Range<Int>, of x: Tensor) -> Tensor {
    guard isRecording, x.shape.rank > 0, range != 0..<x.shape[0] else {
      return range == 0..<(x.shape.array.first ?? 0) ? x : x.slice(range)
    }
    var shape = x.shape
    let width = shape.array.dropFirst().reduce(1, *)
    shape[0] = range.count
    return pickRows(Array(range), of: x.reshaped([x.shape[0], width])).reshaped(shape)
  }

  /// `x` [rows, ...] with some rows replaced: each part stands for as many rows from its first one on. Parts are in order
  /// and do not overlap; others are a programmer's error.
  package func replacingRows(of x: Tensor, by parts: [(start: Int, rows: Tensor)]) -> Tensor {
    var pieces: [Tensor] = []
    var row = 0
    for part in parts where part.rows.shape[0] > 0 {
      if part.start < row || part.start > x.shape[0] - part.rows.shape[0] {
        trap("replacingRows", "\(part.rows.shape) at row \(part.start), rows before \(row) are taken, of \(x.shape)")
      }
      if part.start > row { pieces.append(rows(row..<part.start, of: x)) }
      pieces.append(part.rows)
      row = part.start + part.rows.shape[0]
    }
    if row < x.shape[0] { pieces.append(rows(row..<x.shape[0], of: x)) }
    return pieces.isEmpty ? x : joinRows(pieces)
  }
}
