import CInkKernels

/// Part of an operand as the kernels read it: copied into tiles [tile][depth][tile width], or where it lies. A line is
/// what becomes a row (of the left factor) or a column (of the right one) of the product.
struct TiledOperand {
  /// What is read, and in tiles of how many lines.
  struct Key: Equatable {
    let operand: MatrixOperand
    let lines: Range<Int>
    let depth: Range<Int>
    let tileLines: Int
    /// Whether a line is a stored row.
    let linesAreStoredRows: Bool

    static func == (left: Key, right: Key) -> Bool {
      let (leftMemory, rightMemory) = (left.operand.memory, right.operand.memory)
      return left.lines == right.lines && left.depth == right.depth && left.tileLines == right.tileLines
        && left.linesAreStoredRows == right.linesAreStoredRows
        && left.operand.storedColumns == right.operand.storedColumns
        && leftMemory.storage === rightMemory.storage && leftMemory.range == rightMemory.range
    }
  }

  let key: Key
  /// Line 0 at depth 0.
  let base: UnsafeMutablePointer<Float>
  /// Floats between neighbouring lines of a tile, neighbours along the depth, and tiles.
  let lineStride: Int
  let depthStride: Int
  let tileStride: Int
  /// The parts that a copy is made in: ranges of lines or of the depth.
  let parts: [Range<Int>]
  private let storage: Storage?
  /// Floats of a part, enough to be worth a thread's claim.
  private static let partFloats = 32 << 10

  /// An operand to be copied into tiles.
  init(copying key: Key, memory: StoragePool) {
    self.key = key
    depthStride = (key.tileLines + 7) / 8 * 8
    lineStride = 1
    tileStride = key.depth.count * depthStride
    let tileCount = (key.lines.count + key.tileLines - 1) / key.tileLines
    let storage = memory.allocate(byteCount: tileCount * tileStride * 4)
    base = storage.base.assumingMemoryBound(to: Float.self)
    self.storage = storage
    parts = TiledOperand.parts(of: key)
  }

  /// An operand whose lines can be read where they lie, or nil.
  init?(inPlace key: Key) {
    self.key = key
    storage = nil
    parts = []
    switch key.operand.source {
    case .tensor(let tensor):
      guard key.linesAreStoredRows, tensor.dtype == .f32 else { return nil }
      lineStride = key.operand.storedColumns
      depthStride = 1
      tileStride = lineStride * key.tileLines
      base = tensor.floats + key.lines.lowerBound * lineStride + key.depth.lowerBound
    case .packed(let matrix):
      guard case .dense(.f32) = matrix.layout, key.linesAreStoredRows,
        key.tileLines == PackedMatrix.panelWidth
      else { return nil }
      lineStride = 1
      depthStride = key.tileLines
      tileStride = matrix.inputs * depthStride
      let panel = matrix.panel(key.lines.lowerBound / PackedMatrix.panelWidth)
      base = panel.assumingMemoryBound(to: Float.self) + key.depth.lowerBound * depthStride
    }
  }

  /// The floats that a copy takes.
  var floatCount: Int { (storage?.byteCount ?? 0) / 4 }

  /// A copy is cut along the axis in which its source is read on and on: lines in whole tiles, or the depth.
  private static func parts(of key: Key) -> [Range<Int>] {
    let (lines, depth) = (key.lines.count, key.depth.count)
    if lines == 0 || depth == 0 { return [] }
    let width = PackedMatrix.panelWidth
    return switch (key.operand.source, key.linesAreStoredRows) {
    case (.tensor, true): ProductSchedule.cut(lines, into: partFloats / depth, multipleOf: key.tileLines)
    case (.tensor, false): ProductSchedule.cut(depth, into: partFloats / lines, multipleOf: 16)
    case (.packed, true): ProductSchedule.cut(lines, into: width, multipleOf: width)
    case (.packed, false): ProductSchedule.cut(depth, into: width, multipleOf: width)
    }
  }

  /// Copies one of ``parts``.
  func copy(part: Int, cpu: CPU) {
    let range = parts[part]
    var call = ink_tile_call()
    call.tile_lines = key.tileLines
    call.tile_width = depthStride
    call.tile_stride = tileStride
    if key.linesAreStoredRows {
      call.lines = range.count
      call.depth = key.depth.count
      call.out = base + range.lowerBound / key.tileLines * tileStride
    } else {
      call.lines = key.lines.count
      call.depth = range.count
      call.out = base + range.lowerBound * depthStride
    }
    switch key.operand.source {
    case .tensor(let tensor) where tensor.dtype == .bf16: copy(narrow: tensor, part: range, &call, cpu: cpu)
    case .tensor(let tensor):
      let columns = key.operand.storedColumns
      call.source_stride = columns
      if key.linesAreStoredRows {
        call.source = UnsafePointer(
          tensor.floats + (key.lines.lowerBound + range.lowerBound) * columns + key.depth.lowerBound)
        cpu.kernels.call.tile_along?(&call)
      } else {
        call.source = UnsafePointer(
          tensor.floats + (key.depth.lowerBound + range.lowerBound) * columns + key.lines.lowerBound)
        cpu.kernels.call.tile_across?(&call)
      }
    case .packed(let matrix): copy(matrix, part: range, &call, cpu: cpu)
    }
  }

  /// Widens the part of bf16 rows that is needed and puts it into the tiles.
  private func copy(narrow tensor: Tensor, part: Range<Int>, _ call: inout ink_tile_call, cpu: CPU) {
    let (rows, columns) = key.linesAreStoredRows ? (part, 0..<key.depth.count) : (part, 0..<key.lines.count)
    let (firstRow, firstColumn) =
      key.linesAreStoredRows
      ? (key.lines.lowerBound, key.depth.lowerBound) : (key.depth.lowerBound, key.lines.lowerBound)
    let width = columns.count
    let scratch = cpu.memory.allocate(byteCount: rows.count * width * 4)
    let wide = scratch.base.assumingMemoryBound(to: Float.self)
    for (index, row) in rows.enumerated() {
      let source = tensor.halves + (firstRow + row) * key.operand.storedColumns + firstColumn
      ink_bf16_to_f32(source, wide + index * width, width)
    }
    call.source_stride = width
    call.source = UnsafePointer(wide)
    if key.linesAreStoredRows {
      cpu.kernels.call.tile_along?(&call)
    } else {
      cpu.kernels.call.tile_across?(&call)
    }
    withExtendedLifetime((scratch, tensor)) {}
  }

  /// Decodes the stored rows of one panel and puts them into the tiles.
  private func copy(_ matrix: PackedMatrix, part: Range<Int>, _ call: inout ink_tile_call, cpu: CPU) {
    let inputs = matrix.inputs
    if case .normalFloat(let scaling) = matrix.layout, key.linesAreStoredRows,
      key.tileLines == PackedMatrix.panelWidth, key.depth.lowerBound % NormalFloatBlocks.blockWidth == 0,
      key.depth.count % NormalFloatBlocks.blockWidth == 0
    {
      // A decoded panel is a tile.
      let panel = (key.lines.lowerBound + part.lowerBound) / PackedMatrix.panelWidth
      return matrix.widenNormalFloat(panel, depth: key.depth, scaling, into: call.out, on: cpu)
    }
    let scratch = cpu.memory.allocate(byteCount: PackedMatrix.panelWidth * inputs * 4)
    let rows = scratch.base.assumingMemoryBound(to: Float.self)
    let first = (key.linesAreStoredRows ? key.lines.lowerBound : key.depth.lowerBound) + part.lowerBound
    matrix.readPanel(first / PackedMatrix.panelWidth, into: rows, on: cpu)
    call.source_stride = inputs
    if key.linesAreStoredRows {
      call.source = UnsafePointer(rows + key.depth.lowerBound)
      cpu.kernels.call.tile_along?(&call)
    } else {
      call.source = UnsafePointer(rows + key.lines.lowerBound)
      cpu.kernels.call.tile_across?(&call)
    }
    withExtendedLifetime(scratch) {}
  }
}
