import CInkKernels

/// Cuts products into pieces whose operands, copied into tiles, fit a bounded memory, and groups pieces that can run
/// together into passes.
///
/// A piece is a range of rows and columns of an output and of the depth. A piece that continues another one's chains
/// goes into a later pass.
struct ProductSchedule {
  /// The largest depth of a piece.
  static let pieceDepth = 4096
  /// Floats of one operand in a piece.
  static let pieceFloats = 2 << 20
  /// Floats of operands in a pass.
  private static let passFloats = 6 << 20

  private let cpu: CPU
  private var pass: ProductPass
  private var written: [Written] = []

  /// Bytes that the products of the pass write.
  private struct Written {
    let storage: Storage
    var range: Range<Int>
  }

  init(cpu: CPU) {
    self.cpu = cpu
    pass = ProductPass(cpu: cpu)
  }

  /// Takes a product on; what does not fit with the ones before it makes those run first.
  mutating func add(_ product: MatrixProduct) {
    let (storage, range) = (product.output.storage, product.output.byteRange)
    let isLater = written.contains { other in
      other.storage === storage && other.range.overlaps(range)
    }
    if isLater {
      pass.run(keeping: .nothing)
      written = []
    }
    let depths = Self.cut(product.depth, into: Self.pieceDepth, multipleOf: PackedMatrix.panelWidth)
    let depth = depths.first?.count ?? 0
    let columns = Self.cut(
      product.right.columns, into: max(Self.pieceFloats / max(depth, 1), 64), multipleOf: 2 * PackedMatrix.panelWidth)
    let tileRows = cpu.kernels.call.float_tile_rows
    let rows = Self.cut(product.left.rows, into: max(Self.pieceFloats / max(depth, 1), 64), multipleOf: tileRows)
    for (index, depth) in depths.enumerated() {
      if index > 0 {
        pass.run(keeping: .nothing)
        written = []
      }
      for columnPart in columns {
        for rowPart in rows {
          if pass.tiledFloats > Self.passFloats {
            pass.run(keeping: .lastOperands)
            written = []
          }
          pass.add(ProductPiece(product: product, rows: rowPart, columns: columnPart, depth: depth))
        }
      }
    }
    note(storage, range)
  }

  /// Runs what is left.
  mutating func finish() { pass.run(keeping: .nothing) }

  /// Experts write neighbouring slices of one tensor, which become one range.
  private mutating func note(_ storage: Storage, _ range: Range<Int>) {
    if let last = written.last, last.storage === storage, last.range.upperBound == range.lowerBound {
      written[written.count - 1].range = last.range.lowerBound..<range.upperBound
    } else {
      written.append(Written(storage: storage, range: range))
    }
  }

  /// Ranges of about equal size, at most `limit`, that begin at multiples of `unit`. No elements are one empty range:
  /// a product without depth still stores its zeros.
  static func cut(_ count: Int, into limit: Int, multipleOf unit: Int) -> [Range<Int>] {
    let units = (count + unit - 1) / unit
    let unitLimit = max(limit / unit, 1)
    let parts = max((units + unitLimit - 1) / unitLimit, 1)
    let step = (units + parts - 1) / parts * unit
    if count <= step { return [0..<count] }
    return stride(from: 0, to: count, by: step).map { $0..<min($0 + step, count) }
  }
}

/// Part of a product.
struct ProductPiece {
  let product: MatrixProduct
  let rows: Range<Int>
  let columns: Range<Int>
  let depth: Range<Int>
}
