import CInkKernels

/// A tile of keys and values on the way back, with the sums of their gradients: what a thread has before it.
///
/// Nobody else uses its memory; it is loaded with one tile after the other.
final class AttentionGradientTile {
  /// Which gradients a visit adds to.
  enum Part {
    case all
    case keys
    case queries
  }

  private let job: AttentionGradient
  private let rows: AttentionHeadRows
  private let storage: Storage
  private let bounds: Storage
  private let keys: UnsafeMutablePointer<Float>  // [64][keyStride]
  private let turnedKeys: UnsafeMutablePointer<Float>  // [keyWidth][64]
  private let turnedValues: UnsafeMutablePointer<Float>  // [valueWidth][64]
  private let keySums: UnsafeMutablePointer<Float>  // [64][keyStride]
  private let valueSums: UnsafeMutablePointer<Float>  // [64][valueSumStride]
  private let valueSumStride: Int
  private let weights: UnsafeMutablePointer<Float>  // [32][64]
  private let slopes: UnsafeMutablePointer<Float>  // [32][64]
  /// The first key of the tile and how many there are.
  private var start = 0
  private var count = 0

  private static let tile = AttentionGradient.tile

  init(_ job: AttentionGradient, _ rows: AttentionHeadRows) {
    self.job = job
    self.rows = rows
    let tile = AttentionGradientTile.tile
    let block = AttentionGradient.rowsPerBlock
    let isApart = job.valueGradient != nil
    let keySize = tile * rows.keyStride
    let valueSize = isApart ? tile * rows.valueStride : 0
    storage = job.cpu.memory.allocate(byteCount: (3 * keySize + 2 * valueSize + 2 * block * tile) * 4)
    bounds = job.cpu.memory.allocate(byteCount: block * (2 * MemoryLayout<Int32>.size + MemoryLayout<Int>.size))
    weights = storage.base.assumingMemoryBound(to: Float.self)
    slopes = weights + block * tile
    keys = slopes + block * tile
    turnedKeys = keys + keySize
    keySums = turnedKeys + keySize
    turnedValues = isApart ? keySums + keySize : turnedKeys
    valueSums = isApart ? turnedValues + valueSize : keySums
    valueSumStride = isApart ? rows.valueStride : rows.keyStride
  }

  /// Reads the tile that begins at a key of the sequence.
  func load(from start: Int) {
    self.start = start
    count = min(AttentionGradientTile.tile, rows.pair.keys.count - start)
    let attention = job.attention
    let (heads, keyWidth) = (attention.keyHeads, attention.keyWidth)
    let first = (rows.pair.keys.lowerBound + start) * heads + rows.keyHead
    let source = attention.key.floats + first * keyWidth
    for key in 0..<count {
      (keys + key * rows.keyStride).update(from: source + key * heads * keyWidth, count: keyWidth)
    }
    ink_float_transpose(keys, rows.keyStride, count, keyWidth, turnedKeys, AttentionGradientTile.tile)
    switch attention.values {
    case .own(let value):
      let width = value.shape[2]
      ink_float_transpose(
        value.floats + first * width, heads * width, count, width, turnedValues, AttentionGradientTile.tile)
    case .inKeys: break
    }
  }

  func clearSums() {
    keySums.update(repeating: 0, count: AttentionGradientTile.tile * rows.keyStride)
    if job.valueGradient != nil {
      valueSums.update(repeating: 0, count: AttentionGradientTile.tile * rows.valueStride)
    }
  }

  func storeSums() {
    store(keySums, stride: rows.keyStride, in: job.keyGradient)
    if let gradient = job.valueGradient { store(valueSums, stride: rows.valueStride, in: gradient) }
  }

  private func store(_ sums: UnsafePointer<Float>, stride: Int, in gradient: Tensor) {
    let (heads, width) = (gradient.shape[1], gradient.shape[2])
    let target = gradient.floats + ((rows.pair.keys.lowerBound + start) * heads + rows.keyHead) * width
    for key in 0..<count { (target + key * heads * width).update(from: sums + key * stride, count: width) }
  }

  /// Adds what some rows of a query head have to do with the tile.
  func visit(_ block: Range<Int>, member: Int, for part: Part) {
    let tile = AttentionGradientTile.tile
    let pair = rows.pair
    let visible = min(pair.visibleEnd(block.upperBound - 1) - start, count)
    guard visible > 0, pair.firstVisible(block.lowerBound) < start + count else { return }
    let (keyWidth, valueWidth) = (job.attention.keyWidth, job.attention.valueWidth)
    let queries = Factor(rows.queries(of: member) + block.lowerBound * rows.keyStride, rows.keyStride)
    let gradients = Factor(rows.gradients(of: member) + block.lowerBound * rows.valueStride, rows.valueStride)
    // Whole panels of keys: what lies behind the last is not visible.
    let panels = (visible + 15) / 16 * 16
    add(
      queries, rows: block.count, depth: keyWidth, times: Factor(turnedKeys, tile),
      to: Factor(weights, tile), columns: panels, INK_START_ZERO)
    add(
      gradients, rows: block.count, depth: valueWidth, times: Factor(turnedValues, tile),
      to: Factor(slopes, tile), columns: panels, INK_START_ZERO)
    weigh(block, member: member, keys: panels)
    if part != .queries {
      add(
        Factor(weights, tile).transposed, rows: visible, depth: block.count, times: gradients,
        to: Factor(valueSums, valueSumStride), columns: valueWidth, INK_START_FROM_OUTPUT)
      add(
        Factor(slopes, tile).transposed, rows: visible, depth: block.count, times: queries,
        to: Factor(keySums, rows.keyStride), columns: keyWidth, INK_START_FROM_OUTPUT)
    }
    if part != .keys {
      let heads = job.attention.heads
      let place = (pair.queries.lowerBound + block.lowerBound) * heads + rows.keyHead * rows.group + member
      let isFirst = pair.firstVisible(block.lowerBound) >= start
      add(
        Factor(slopes, tile), rows: block.count, depth: visible, times: Factor(keys, rows.keyStride),
        to: Factor(job.queryGradient.floats + place * keyWidth, heads * keyWidth), columns: keyWidth,
        isFirst ? INK_START_ZERO : INK_START_FROM_OUTPUT)
    }
  }

  /// A matrix: where it begins and the distance between neighbours of a column and of a row.
  private struct Factor {
    let start: UnsafeMutablePointer<Float>
    var rowStride: Int
    var columnStride = 1

    init(_ start: UnsafeMutablePointer<Float>, _ rowStride: Int) {
      self.start = start
      self.rowStride = rowStride
    }

    var transposed: Factor {
      var turned = self
      (turned.rowStride, turned.columnStride) = (columnStride, rowStride)
      return turned
    }
  }

  private func add(
    _ left: Factor, rows: Int, depth: Int, times right: Factor, to output: Factor, columns: Int,
    _ chainStart: ink_chain_start
  ) {
    var call = ink_float_call()
    call.panels = UnsafeRawPointer(right.start)
    call.panel_stride = 16
    call.depth_stride = right.rowStride
    call.panel_count = (columns + 15) / 16
    call.outputs = columns
    call.depth = depth
    call.activations = UnsafePointer(left.start)
    call.activation_row_stride = left.rowStride
    call.activation_depth_stride = left.columnStride
    call.rows = rows
    call.output = output.start
    call.output_stride = output.rowStride
    call.start = Int32(chainStart.rawValue)
    job.cpu.kernels.call.float32(&call)
  }

  /// Makes weights of the dot products with keys, and gradients of those with values.
  private func weigh(_ block: Range<Int>, member: Int, keys: Int) {
    let pair = rows.pair
    let settings = job.attention.settings
    let head = rows.keyHead * rows.group + member
    var step = ink_attention_gradient()
    step.scores = weights
    step.gradients = slopes
    step.rows = block.count
    step.stride = AttentionGradientTile.tile
    step.count = keys
    step.numbers = UnsafePointer(rows.numbers(of: member) + 3 * block.lowerBound)
    step.scale = settings.scale
    step.soft_cap = settings.softCap ?? 0
    step.slope = settings.slopes.isEmpty ? 0 : settings.slopes[head]
    step.distance = Int64(start - block.lowerBound)
    let lower = bounds.base.assumingMemoryBound(to: Int32.self)
    let upper = lower + AttentionGradient.rowsPerBlock
    let places = UnsafeMutableRawPointer(upper + AttentionGradient.rowsPerBlock).assumingMemoryBound(to: Int.self)
    if pair.firstVisible(block.upperBound - 1) > start || pair.visibleEnd(block.lowerBound) < start + keys {
      for (index, query) in block.enumerated() {
        lower[index] = Int32(min(max(pair.firstVisible(query) - start, 0), keys))
        upper[index] = Int32(min(max(pair.visibleEnd(query) - start, 0), keys))
      }
      step.lower = UnsafePointer(lower)
      step.upper = UnsafePointer(upper)
    }
    guard let bias = settings.distanceBias else { return job.cpu.rows.call.attention_gradient(&step) }
    for (index, query) in block.enumerated() {
      places[index] = bias.place(of: head, firstDistance: start - query)
    }
    step.bias_places = UnsafeRawPointer(places).assumingMemoryBound(to: Int.self)
    step.bias_gradient = rows.biasSums
    bias.withNumbers { numbers in
      step.bias = numbers
      job.cpu.rows.call.attention_gradient(&step)
    }
  }
}
