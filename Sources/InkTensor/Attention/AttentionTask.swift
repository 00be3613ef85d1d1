import CInkKernels

/// Some rows of one sequence and some of the query heads that share a key head: what a thread computes at a time.
struct AttentionTask {
  let segment: AttentionSegment
  /// Rows of the segment, counted from its first.
  let rows: Range<Int>
  let keyHead: Int
  /// The query heads, counted from the first that shares the key head.
  let members: Range<Int>

  private static let tile = KeyValueLayout.tokensPerPage

  func run(_ arguments: Attention.Arguments, into result: Tensor, numbers: Tensor?, on cpu: CPU) {
    let layer = arguments.layer
    let heads = arguments.query.shape[1]
    let firstHead = keyHead * (heads / layer.heads) + members.lowerBound
    let place = (segment.rows.lowerBound + rows.lowerBound) * heads + firstHead
    let query = arguments.query.floats + place * layer.keyWidth
    let output = result.floats + place * layer.valueWidth
    // Rows are laid out [row][head of the group] when one token is decoded, so that the group is one product; several
    // rows are put side by side for each head, because heads apart they fall on the same lines of the cache.
    let lanes = rows.count * members.count
    let isCopied = rows.count > 1
    let copied = isCopied ? lanes * (layer.keyWidth + layer.valueWidth) : 0
    withUnsafeTemporaryAllocation(of: Float.self, capacity: lanes * AttentionTask.tile + copied) { scores in
      withUnsafeTemporaryAllocation(of: ink_attention_state.self, capacity: lanes) { states in
        guard let scores = scores.baseAddress, let states = states.baseAddress else { return }
        states.initialize(repeating: ink_attention_state(largest: -.infinity, sum: 0, correction: 1), count: lanes)
        let copies = scores + lanes * AttentionTask.tile
        let view = TaskView(
          query: isCopied ? copies : query, output: isCopied ? copies + lanes * layer.keyWidth : output,
          firstHead: firstHead, rows: rows.count, group: members.count, layer: layer,
          transposed: layer.values == .inKeys ? TransposedTile(layer, cpu) : nil, scales: TileScales(layer, cpu))
        if isCopied { view.copy(query, heads: heads) }
        view.output.update(repeating: 0, count: lanes * layer.valueWidth)
        let first = segment.firstPosition + rows.lowerBound
        let mask = arguments.settings.mask
        let last = segment.visibleEnd(of: segment.firstPosition + rows.upperBound - 1, under: mask) - 1
        let firstTile = mask.firstVisible(first) / AttentionTask.tile
        for tile in firstTile...last / AttentionTask.tile {
          visit(tile, view: view, scores: scores, states: states, arguments: arguments, cpu: cpu)
        }
        let target = Target(output: output, numbers: numbers.map { $0.floats + place * 2 }, heads: heads)
        normalize(view, states: states, into: target, cpu: cpu)
      }
    }
  }

  /// Where the task's rows lie, each head's side by side.
  private struct TaskView {
    let query: UnsafeMutablePointer<Float>
    let output: UnsafeMutablePointer<Float>
    /// The first query head of the task.
    let firstHead: Int
    let rows: Int
    let group: Int
    let layer: KeyValueLayout.Layer
    /// Where keys that lie as values do are turned.
    let transposed: TransposedTile?
    /// What the tile's codes are multiplied with, if its numbers are codes.
    let scales: TileScales?

    func query(of member: Int, row: Int) -> UnsafeMutablePointer<Float> {
      query + (member * rows + row) * layer.keyWidth
    }

    func output(of member: Int, row: Int) -> UnsafeMutablePointer<Float> {
      output + (member * rows + row) * layer.valueWidth
    }

    /// Reads the queries, whose first is that of the first row and head.
    func copy(_ source: UnsafePointer<Float>, heads: Int) {
      for member in 0..<group {
        for row in 0..<rows {
          query(of: member, row: row).update(
            from: source + (row * heads + member) * layer.keyWidth, count: layer.keyWidth)
        }
      }
    }
  }

  /// Where the results of the first row and head go.
  private struct Target {
    let output: UnsafeMutablePointer<Float>
    /// Largest scores and inverse sums, where they are asked for.
    let numbers: UnsafeMutablePointer<Float>?
    let heads: Int
  }

  /// Rows of the task that see part of a tile: what they see never decreases, so they are neighbours.
  private func rowsSeeing(_ tile: Int, mask: AttentionMask) -> Range<Int> {
    let start = tile * AttentionTask.tile
    let first = segment.firstPosition + rows.lowerBound
    let lower = start < segment.arrangement.context ? 0 : max(0, start - first)
    switch mask {
    case .causal: return lower..<max(lower, rows.count)
    case .window(let width):
      // A window wider than the sequence is as wide as the sequence: its own width may be near `Int.max`.
      let reach = min(width, first + rows.count)
      return lower..<max(lower, min(rows.count, start + AttentionTask.tile + reach - 1 - first))
    case .bidirectional: return 0..<rows.count
    }
  }

  private func visit(
    _ tile: Int, view: TaskView, scores: UnsafeMutablePointer<Float>, states: UnsafeMutablePointer<ink_attention_state>,
    arguments: Attention.Arguments, cpu: CPU
  ) {
    let layer = arguments.layer
    let seeing = rowsSeeing(tile, mask: arguments.settings.mask)
    guard !seeing.isEmpty else { return }
    let page = segment.pages[tile]
    let values = page.address(layer.value(of: 0, head: keyHead))
    view.scales?.fill(from: page, head: keyHead, cpu)
    // Keys of the tile that the last row sees; those behind it have no weight, and adding none of them changes nothing.
    let lastRow = segment.firstPosition + rows.lowerBound + seeing.upperBound - 1
    let end = segment.visibleEnd(of: lastRow, under: arguments.settings.mask)
    let visible = min(AttentionTask.tile, end - start(of: tile))
    let keys: UnsafeRawPointer
    if let transposed = view.transposed {
      keys = transposed.fill(from: values, tokens: visible)
    } else {
      keys = UnsafeRawPointer(page.address(layer.keys(of: keyHead)))
    }
    if rows.count == 1 {
      // Decoding waits for memory: the values are on their way while the keys are used.
      ink_prefetch(values, visible * layer.valueStride * layer.element.byteCount)
      score(view.query, rows: view.group, keys: visible, keys, scores, view, layer, cpu)
      for member in 0..<view.group {
        weigh(
          tile, row: 0, member: member, scores + member * AttentionTask.tile, states + member, view: view,
          arguments: arguments, cpu: cpu)
      }
      mix(scores, values, keys: visible, view.output, rows: view.group, view, layer, cpu)
      return
    }
    for member in 0..<view.group {
      let query = view.query(of: member, row: seeing.lowerBound)
      score(query, rows: seeing.count, keys: visible, keys, scores, view, layer, cpu)
      for row in seeing {
        weigh(
          tile, row: row, member: member, scores + (row - seeing.lowerBound) * AttentionTask.tile,
          states + row * view.group + member, view: view, arguments: arguments, cpu: cpu)
      }
      let output = view.output(of: member, row: seeing.lowerBound)
      mix(scores, values, keys: visible, output, rows: seeing.count, view, layer, cpu)
    }
  }

  private func start(of tile: Int) -> Int { tile * AttentionTask.tile }

  /// Dot products of query rows with the first keys of a tile, at least `count` of them: [rows, 64].
  private func score(
    _ query: UnsafePointer<Float>, rows: Int, keys count: Int, _ keys: UnsafeRawPointer,
    _ scores: UnsafeMutablePointer<Float>, _ view: TaskView, _ layer: KeyValueLayout.Layer, _ cpu: CPU
  ) {
    var call = ink_float_call()
    call.panels = keys
    call.panel_stride = 16
    call.depth_stride = AttentionTask.tile
    call.panel_count = (count + 15) / 16
    call.outputs = call.panel_count * 16
    call.depth = layer.keyWidth
    call.activations = query
    call.activation_row_stride = layer.keyWidth
    call.activation_depth_stride = 1
    call.rows = rows
    call.output = scores
    call.output_stride = AttentionTask.tile
    call.scale_stride = AttentionTask.tile
    switch layer.element {
    case .f32: cpu.kernels.call.float32(&call)
    case .f16: cpu.kernels.call.float16(&call)
    case .q8:
      call.scales = UnsafePointer(view.scales?.keys)
      cpu.kernels.call.codes_along_depth(&call)
    }
  }

  /// Turns one row's dot products into weights and shrinks what it has gathered so far.
  private func weigh(
    _ tile: Int, row: Int, member: Int, _ scores: UnsafeMutablePointer<Float>,
    _ state: UnsafeMutablePointer<ink_attention_state>, view: TaskView, arguments: Attention.Arguments, cpu: CPU
  ) {
    let position = segment.firstPosition + rows.lowerBound + row
    let start = tile * AttentionTask.tile
    let head = view.firstHead + member
    var step = ink_attention_step()
    step.count = AttentionTask.tile
    step.lower = max(0, arguments.settings.mask.firstVisible(position) - start)
    step.upper = min(AttentionTask.tile, segment.visibleEnd(of: position, under: arguments.settings.mask) - start)
    step.scale = arguments.settings.scale
    step.soft_cap = arguments.settings.softCap ?? 0
    step.slope = arguments.settings.slopes.isEmpty ? 0 : arguments.settings.slopes[head]
    step.distance = Int64(start - position)
    if let bias = arguments.settings.distanceBias {
      bias.withTile(of: head, firstDistance: start - position) { address in
        step.bias = address
        cpu.rows.call.attention_step(&step, scores, state)
      }
    } else {
      cpu.rows.call.attention_step(&step, scores, state)
    }
    if state.pointee.correction != 1 {
      let output = view.output(of: member, row: row)
      cpu.rows.call.scale(output, state.pointee.correction, output, arguments.layer.valueWidth)
    }
  }

  /// Adds the weighted values of a tile: one chain over its keys in order, begun at what is there.
  private func mix(
    _ weights: UnsafePointer<Float>, _ values: UnsafeRawPointer, keys count: Int, _ output: UnsafeMutablePointer<Float>,
    rows: Int, _ view: TaskView, _ layer: KeyValueLayout.Layer, _ cpu: CPU
  ) {
    var call = ink_float_call()
    call.panels = values
    call.panel_stride = 16
    call.depth_stride = layer.valueStride
    call.panel_count = layer.valueStride / 16
    call.outputs = layer.valueWidth
    call.depth = count
    call.activations = weights
    call.activation_row_stride = AttentionTask.tile
    call.activation_depth_stride = 1
    call.rows = rows
    call.output = output
    call.output_stride = layer.valueWidth
    call.start = Int32(INK_START_FROM_OUTPUT.rawValue)
    call.scale_stride = AttentionTask.tile
    switch layer.element {
    case .f32: cpu.kernels.call.float32(&call)
    case .f16: cpu.kernels.call.float16(&call)
    case .q8:
      call.scales = UnsafePointer(view.scales?.values)
      cpu.kernels.call.codes_along_outputs(&call)
    }
  }

  private func normalize(
    _ view: TaskView, states: UnsafeMutablePointer<ink_attention_state>, into target: Target, cpu: CPU
  ) {
    let width = view.layer.valueWidth
    for row in 0..<rows.count {
      for member in 0..<view.group {
        let place = row * target.heads + member
        let state = states[row * view.group + member]
        cpu.rows.call.scale(view.output(of: member, row: row), 1 / state.sum, target.output + place * width, width)
        if let numbers = target.numbers {
          numbers[2 * place] = state.largest
          numbers[2 * place + 1] = 1 / state.sum
        }
      }
    }
  }
}
