import CInkKernels

/// What the kernels of a dispatch read instead of x: its rows rounded to 8 bits, and its rows in tiles.
struct PreparedActivations {
  /// [rows][inputs / 32] quantized blocks, when a matrix of the dispatch is interleaved.
  let blocks: UnsafePointer<ink_activation_block>?
  /// [row tile][input][tile rows], when a dense matrix meets enough rows whose
  /// addresses would collide in a cache; the last, incomplete tile is not there.
  let tiles: UnsafePointer<Float>?
  /// Rows this far apart fall into the same sets of a first-level cache, so they are copied side by side.
  private static let aliasingInputs = 1024
  private let blockStorage: Storage?
  private let tileStorage: Storage?

  /// What the matrices of a dispatch read of all rows of x.
  init(_ dispatch: MatrixDispatch, matrices: some Sequence<PackedMatrix>) {
    var needsBlocks = false
    // Terms with rows of their own find no whole tiles.
    var needsTiles = false
    for matrix in matrices {
      if case .interleaved = matrix.layout { needsBlocks = true } else { needsTiles = !dispatch.terms.isEmpty }
    }
    let (cpu, rows, inputs, x) = (dispatch.cpu, dispatch.rows, dispatch.inputs, dispatch.x)
    if needsBlocks {
      let perRow = inputs / PackedMatrix.blockWidth
      let storage = cpu.memory.allocate(byteCount: rows * perRow * MemoryLayout<ink_activation_block>.stride)
      let blocks = storage.base.assumingMemoryBound(to: ink_activation_block.self)
      let quantize = cpu.kernels.call.quantize
      cpu.threads.run(count: rows, grain: max(1, 32_768 / inputs)) { chunk in
        quantize?(x + chunk.lowerBound * inputs, chunk.count * perRow, blocks + chunk.lowerBound * perRow)
      }
      self.blocks = UnsafePointer(blocks)
      blockStorage = storage
    } else {
      blocks = nil
      blockStorage = nil
    }
    let tileRows = cpu.kernels.call.float_tile_rows
    if needsTiles, rows >= tileRows, inputs % PreparedActivations.aliasingInputs == 0 {
      let storage = cpu.memory.allocate(byteCount: rows / tileRows * tileRows * inputs * 4)
      let tiles = storage.base.assumingMemoryBound(to: Float.self)
      cpu.threads.run(count: rows / tileRows, grain: max(1, 16_384 / (inputs * tileRows))) { chunk in
        for tile in chunk {
          let start = tile * tileRows * inputs
          ink_float_interleave(x + start, inputs, tileRows, inputs, tiles + start, tileRows)
        }
      }
      self.tiles = UnsafePointer(tiles)
      tileStorage = storage
    } else {
      tiles = nil
      tileStorage = nil
    }
  }
}
