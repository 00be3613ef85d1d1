import CInkKernels

/// The gradients of queries, keys and values, tile by tile as in FlashAttention-2 (Dao, 2023): scores are computed
/// again, so that no matrix of them exists.
///
/// The gradient of a query is one chain over the keys in order, that of a key one chain over the query heads that share
/// it and over their rows in order; blocks and tiles begin at multiples of a constant from the first token of the
/// sequence. So no bit depends on who computes what, or on what else is in the batch.
struct AttentionGradient {
  let attention: SequenceAttention
  let result: Tensor
  /// [rows, heads, 2]: the largest score, 1 / the sum of exp(score - largest).
  let numbers: Tensor
  let gradient: Tensor
  let queryGradient: Tensor
  let keyGradient: Tensor
  /// Where values are the first elements of keys their gradient is added to that of the keys.
  let valueGradient: Tensor?
  /// The gradients of the distance bias for each sequence, [sequences, heads, numbers], where they are wanted.
  let biasSums: Tensor?
  let cpu: CPU

  /// Query rows that are looked at together.
  static let rowsPerBlock = 32
  static let tile = KeyValueLayout.tokensPerPage

  init(of attention: SequenceAttention, result: Tensor, numbers: Tensor, gradient: Tensor, on cpu: CPU) {
    self.attention = attention
    self.result = result
    self.numbers = numbers
    self.gradient = gradient
    self.cpu = cpu
    queryGradient = cpu.allocate(attention.query.shape)
    keyGradient = cpu.allocate(attention.key.shape)
    switch attention.values {
    case .own(let value): valueGradient = cpu.allocate(value.shape)
    case .inKeys: valueGradient = nil
    }
    if attention.biasTable != nil, let bias = attention.settings.distanceBias {
      biasSums = cpu.allocate([attention.pairs.count, attention.heads, bias.width])
    } else {
      biasSums = nil
    }
  }

  /// Computes the gradients and hands them on.
  func run(into flow: inout GradientFlow) {
    let pairs = attention.pairs
    SequenceAttention.clear(queryGradient, outside: pairs.map(\.queries))
    SequenceAttention.clear(keyGradient, outside: pairs.map(\.keys))
    if let valueGradient { SequenceAttention.clear(valueGradient, outside: pairs.map(\.keys)) }
    // Long sequences first, so that the threads finish together.
    let units = pairs.indices.sorted { pairs[$0].cost > pairs[$1].cost }.flatMap { index in
      (0..<attention.keyHeads).map { (pair: index, keyHead: $0) }
    }
    switch share(of: units.map { pairs[$0.pair].cost }) {
    case .heads:
      cpu.threads.run(count: units.count) { chunk in
        for index in chunk { runHead(units[index].keyHead, of: units[index].pair) }
      }
    case .tiles: runTiles(units.map { AttentionHeadRows($0.pair, keyHead: $0.keyHead, of: self) })
    }
    flow.add(queryGradient, to: attention.query)
    flow.add(keyGradient, to: attention.key)
    switch attention.values {
    case .own(let value): if let valueGradient { flow.add(valueGradient, to: value) }
    case .inKeys: break
    }
    if let table = attention.biasTable { flow.add(biasGradient(of: table), to: table) }
  }

  /// The gradient of the table of distances: sequence after sequence.
  private func biasGradient(of table: Tensor) -> Tensor {
    let gradient = cpu.zeros(table.shape)
    guard let biasSums, let bias = attention.settings.distanceBias else { return gradient }
    let (heads, width, target) = (attention.heads, bias.width, gradient.floats)
    for head in 0..<heads {
      for pair in attention.pairs.indices where !attention.pairs[pair].queries.isEmpty {
        let sums = biasSums.floats + (pair * heads + head) * width
        for index in 0..<width { target[bias.tableRow(ofNumber: index) * heads + head] += sums[index] }
      }
    }
    return gradient
  }

  /// What a thread takes at a time.
  private enum Share {
    /// A key head of a sequence, with all query heads that share it.
    case heads
    /// A tile of keys, and later some query rows: scores are computed twice.
    case tiles
  }

  /// Heads, unless threads would wait for the last ones longer than it takes to compute scores twice.
  private func share(of costs: [Int]) -> Share {
    let threads = cpu.threads.threadCount
    let total = costs.reduce(0, +)
    let rounds = (costs.count + threads - 1) / threads
    let longest = costs.first ?? 0
    // The chains of a bias go over all tiles.
    if biasSums != nil { return .heads }
    // Seven products instead of five.
    let isEven = rounds * threads * 5 <= costs.count * 7 && longest * threads * 5 <= total * 7
    return threads == 1 || isEven ? .heads : .tiles
  }

  /// All gradients of a key head of a sequence.
  private func runHead(_ keyHead: Int, of index: Int) {
    let rows = AttentionHeadRows(index, keyHead: keyHead, of: self)
    let pair = rows.pair
    rows.clearBiasSums()
    for member in 0..<rows.group { rows.fill(member) }
    let tile = AttentionGradientTile(self, rows)
    for start in stride(from: 0, to: pair.keys.count, by: AttentionGradient.tile) {
      tile.load(from: start)
      tile.clearSums()
      for member in 0..<rows.group {
        for block in AttentionGradient.blocks(of: 0..<pair.queries.count) {
          tile.visit(block, member: member, for: .all)
        }
      }
      tile.storeSums()
    }
  }

  /// The gradients of several key heads, tiles of keys first and then the queries.
  private func runTiles(_ heads: [AttentionHeadRows]) {
    let members = heads.flatMap { rows in (0..<rows.group).map { (rows: rows, member: $0) } }
    cpu.threads.run(count: members.count) { chunk in
      for index in chunk { members[index].rows.fill(members[index].member) }
    }
    let tiles = heads.flatMap { rows in
      stride(from: 0, to: rows.pair.keys.count, by: AttentionGradient.tile).map { (rows: rows, start: $0) }
    }
    cpu.threads.run(count: tiles.count) { chunk in
      for index in chunk {
        let rows = tiles[index].rows
        let tile = AttentionGradientTile(self, rows)
        tile.load(from: tiles[index].start)
        tile.clearSums()
        for member in 0..<rows.group {
          for block in AttentionGradient.blocks(of: 0..<rows.pair.queries.count) {
            tile.visit(block, member: member, for: .keys)
          }
        }
        tile.storeSums()
      }
    }
    // Enough rows to use a tile well, when it was loaded.
    let count = 4 * AttentionGradient.rowsPerBlock
    let parts = heads.flatMap { rows in
      stride(from: 0, to: rows.pair.queries.count, by: count).map {
        (rows: rows, queries: $0..<min($0 + count, rows.pair.queries.count))
      }
    }
    cpu.threads.run(count: parts.count) { chunk in
      for index in chunk { runQueries(parts[parts.count - 1 - index].queries, of: parts[parts.count - 1 - index].rows) }
    }
  }

  /// The gradients of some query rows.
  private func runQueries(_ queries: Range<Int>, of rows: AttentionHeadRows) {
    let tile = AttentionGradientTile(self, rows)
    let pair = rows.pair
    let first = pair.firstVisible(queries.lowerBound) / AttentionGradient.tile * AttentionGradient.tile
    for start in stride(from: first, to: pair.visibleEnd(queries.upperBound - 1), by: AttentionGradient.tile) {
      tile.load(from: start)
      for member in 0..<rows.group {
        for block in AttentionGradient.blocks(of: queries) { tile.visit(block, member: member, for: .queries) }
      }
    }
  }

  private static func blocks(of rows: Range<Int>) -> some Sequence<Range<Int>> {
    stride(from: rows.lowerBound, to: rows.upperBound, by: rowsPerBlock).lazy.map {
      $0..<min($0 + rowsPerBlock, rows.upperBound)
    }
  }
}
