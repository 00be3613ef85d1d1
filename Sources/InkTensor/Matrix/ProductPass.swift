import CInkKernels

/// Pieces of products that run together: their operands are copied into tiles in one dispatch and multiplied in the
/// next.
struct ProductPass {
  /// What a pass leaves to the next one.
  enum Keeping {
    case nothing
    /// The tiles of the last piece, which its neighbour may use too.
    case lastOperands
  }

  /// A piece, the numbers of its operands, and how its output is cut into blocks that a thread computes in one go.
  private struct Job {
    let piece: ProductPiece
    let left: Int
    let right: Int
    let rowBlocks: [Range<Int>]
    let columnBlocks: [Range<Int>]

    var itemCount: Int { rowBlocks.count * columnBlocks.count }
  }

  /// The depth up to which a block's chains are computed in one go; longer ones are cut so that the block's operands
  /// stay in a second-level cache.
  private static let depthBlock = 768
  private static let rowTiles = 12
  private static let blockColumns = 256
  /// A product of fewer columns reads its left factor where it lies: copying it would cost more than it saves.
  private static let columnsWorthCopying = 4 * PackedMatrix.panelWidth

  private let cpu: CPU
  private var operands: [TiledOperand] = []
  /// Operands before this one hold their tiles already.
  private var firstNew = 0
  private var jobs: [Job] = []
  /// Floats in tiles.
  private(set) var tiledFloats = 0

  init(cpu: CPU) { self.cpu = cpu }

  mutating func add(_ piece: ProductPiece) {
    let (left, right) = (piece.product.left, piece.product.right)
    let tileRows = cpu.kernels.call.float_tile_rows
    let leftKey = TiledOperand.Key(
      operand: left, lines: piece.rows, depth: piece.depth, tileLines: tileRows,
      linesAreStoredRows: left.reading == .asStored)
    let rightKey = TiledOperand.Key(
      operand: right, lines: piece.columns, depth: piece.depth, tileLines: PackedMatrix.panelWidth,
      linesAreStoredRows: right.reading == .transposed)
    let leftIndex = index(of: leftKey, inPlace: right.columns < ProductPass.columnsWorthCopying)
    let rightIndex: Int
    switch right.source {
    case .tensor: rightIndex = index(of: rightKey, inPlace: false)
    case .packed: rightIndex = index(of: rightKey, inPlace: true)
    }
    jobs.append(
      Job(
        piece: piece, left: leftIndex, right: rightIndex,
        rowBlocks: ProductSchedule.cut(
          piece.rows.count, into: ProductPass.rowTiles * tileRows, multipleOf: tileRows),
        columnBlocks: ProductSchedule.cut(
          piece.columns.count, into: ProductPass.blockColumns, multipleOf: 2 * PackedMatrix.panelWidth)))
  }

  private mutating func index(of key: TiledOperand.Key, inPlace: Bool) -> Int {
    // Products that share an operand follow one another, so it is among the last ones.
    for index in operands.indices.suffix(8) where operands[index].key == key { return index }
    let operand =
      (inPlace ? TiledOperand(inPlace: key) : nil) ?? TiledOperand(copying: key, memory: cpu.memory)
    tiledFloats += operand.floatCount
    operands.append(operand)
    return operands.count - 1
  }

  mutating func run(keeping: Keeping) {
    let fresh = Array(operands[firstNew...])
    ItemRanges(fresh.map(\.parts.count)).run(on: cpu.threads) { operand, parts in
      for part in parts { fresh[operand].copy(part: part, cpu: cpu) }
    }
    let (operands, jobs) = (operands, jobs)
    ItemRanges(jobs.map(\.itemCount)).run(on: cpu.threads) { index, items in
      for item in items { multiply(jobs[index], block: item, operands) }
    }
    switch keeping {
    case .nothing: self.operands = []
    case .lastOperands:
      guard let job = jobs.last else { break }
      self.operands = [operands[job.left], operands[job.right]]
    }
    tiledFloats = self.operands.reduce(0) { $0 + $1.floatCount }
    firstNew = self.operands.count
    self.jobs = []
  }

  /// One block of an output, block after block of the depth.
  private func multiply(_ job: Job, block: Int, _ operands: [TiledOperand]) {
    let (left, right, piece) = (operands[job.left], operands[job.right], job.piece)
    let product = piece.product
    let rows = job.rowBlocks[block % job.rowBlocks.count]
    let columns = job.columnBlocks[block / job.rowBlocks.count]
    let (firstRow, firstColumn) = (
      piece.rows.lowerBound + rows.lowerBound, piece.columns.lowerBound + columns.lowerBound
    )
    let width = product.right.columns
    let tileRows = left.key.tileLines
    let leftBase = UnsafePointer(left.base) + rows.lowerBound / tileRows * left.tileStride
    let rightBase = UnsafePointer(right.base) + columns.lowerBound / PackedMatrix.panelWidth * right.tileStride
    var call = ink_product_call()
    call.left_row_stride = left.lineStride
    call.left_depth_stride = left.depthStride
    call.left_tile_stride = left.tileStride
    call.rows = rows.count
    call.right_panel_stride = right.tileStride
    call.columns = columns.count
    call.output = product.output.floats + firstRow * width + firstColumn
    call.output_stride = width
    for depth in ProductSchedule.cut(piece.depth.count, into: ProductPass.depthBlock, multipleOf: 8) {
      call.left = leftBase + depth.lowerBound * left.depthStride
      call.right = rightBase + depth.lowerBound * right.depthStride
      call.depth = depth.count
      let isFirst = piece.depth.lowerBound + depth.lowerBound == 0
      let start = isFirst && product.start == .zero ? INK_START_ZERO : INK_START_FROM_OUTPUT
      call.start = Int32(start.rawValue)
      if piece.depth.lowerBound + depth.upperBound == product.depth {
        call.bias = product.epilogue.bias.map { UnsafePointer($0.floats) + firstColumn }
        call.residual = product.epilogue.residual.map { UnsafePointer($0.floats) + firstRow * width + firstColumn }
        call.residual_stride = width
      }
      cpu.kernels.call.product?(&call)
    }
  }
}
