import CInkKernels

extension CPU {
  /// Products of groups of rows, each with a matrix of its own, in one dispatch: a matrix that no row needs is not
  /// touched, and the rows that share one go through it together.
  ///
  /// Every element is one chain over the inputs in order, so a row's result does not depend on its group (law 2).
  ///
  /// - Parameters:
  ///   - x: [rows, inputs], contiguous f32.
  ///   - groups: the rows of each group; together they are all rows, in order.
  ///   - kinds: for each result the matrix of each group, all of one shape.
  /// - Returns: a tensor [rows, outputs] for each of `kinds`.
  package func multiply(_ x: Tensor, groups: [Range<Int>], by kinds: [[Weight]]) -> [Tensor] {
    let results = withoutTape.groupedProducts(x, groups: groups, by: kinds)
    let weights = kinds.flatMap { $0.compactMap(\.tensor) }
    guard let tape, tape.tracks(x) || weights.contains(where: tape.tracks) else { return results }
    // Without gradients of weights, x is not read on the way back.
    let input = weights.contains(where: tape.tracks) ? tape.kept(x, on: self) : x.hollow
    return tape.append(results: results, of: [x] + weights) { results in
      { flow in
        let gradients = results.map { flow.take($0) }
        flow.add(gradients, of: GroupedProducts(x: flow.cpu.widened(input), groups: groups, kinds: kinds))
      }
    }
  }

  /// The products of packed matrices in one dispatch, those of dense ones in another.
  private func groupedProducts(_ x: Tensor, groups: [Range<Int>], by kinds: [[Weight]]) -> [Tensor] {
    let (rows, inputs) = (x.shape.rowCount, x.shape[-1])
    guard groups.reduce(0, { $1.lowerBound == $0 ? $1.upperBound : -1 }) == rows else {
      trap("multiply", "\(groups.count) groups of the rows of x \(x.shape)")
    }
    var results: [Tensor] = []
    var jobs = GroupedDispatch(cpu: self, x: x.floats, rows: rows, inputs: inputs)
    var dense: [MatrixProduct] = []
    for weights in kinds {
      guard weights.count == groups.count, let outputs = weights.first?.outputs ?? (rows == 0 ? 0 : nil),
        weights.allSatisfy({ $0.inputs == inputs && $0.outputs == outputs })
      else { trap("multiply", "\(weights.count) matrices for \(groups.count) groups of x \(x.shape)") }
      let result = allocate([rows, outputs])
      for (group, weight) in zip(groups, weights) {
        switch weight {
        case .packed(let matrix): jobs.add(group, matrix, output: result.floats)
        case .dense:
          dense.append(
            MatrixProduct(
              MatrixOperand(x.slice(group)), weight.operand(.transposed), into: result.slice(group)))
        }
      }
      results.append(result)
    }
    jobs.run()
    products(dense)
    withExtendedLifetime((x, kinds)) {}
    return results
  }
}

/// What the way back keeps of grouped products.
private struct GroupedProducts: Sendable {
  let x: Tensor
  let groups: [Range<Int>]
  let kinds: [[Weight]]
}

extension GradientFlow {
  /// The gradients of the matrices and of their common input: that of x is the sum over the kinds in their order.
  fileprivate mutating func add(_ gradients: [Tensor?], of call: GroupedProducts) {
    let cpu = cpu
    var parts: [(gradient: Tensor, weight: Weight, rows: Range<Int>, start: ProductStart)] = []
    var start = ProductStart.zero
    for (gradient, weights) in zip(gradients, call.kinds) {
      guard let gradient else { continue }
      for (rows, weight) in zip(call.groups, weights) { parts.append((gradient.slice(rows), weight, rows, start)) }
      start = .fromOutput
    }
    let trained = parts.filter { $0.weight.tensor != nil }
    accumulate(into: trained.compactMap(\.weight.tensor)) { places in
      cpu.products(
        zip(trained, places).compactMap { part, place in
          place.map {
            MatrixProduct(
              MatrixOperand(part.gradient, .transposed), MatrixOperand(call.x.slice(part.rows)), into: $0.buffer,
              start: $0.start)
          }
        })
    }
    guard wants(call.x), !parts.isEmpty else { return }
    let result = cpu.allocate(call.x.shape)
    cpu.products(
      parts.map {
        MatrixProduct(
          MatrixOperand($0.gradient), $0.weight.operand(.asStored), into: result.slice($0.rows), start: $0.start)
      })
    add(result, to: call.x)
  }
}

/// One dispatch of products whose rows differ from matrix to matrix.
private struct GroupedDispatch {
  private struct Job {
    let term: MatrixDispatch.Term
    let rows: Int
    /// The number of its first item among those of all jobs. An item is a panel for a block of rows.
    let firstItem: Int
  }

  private let dispatch: MatrixDispatch
  private var jobs: [Job] = []
  private var itemCount = 0
  /// Bytes of weights and multiplications over all items, for the size of chunks.
  private var byteCount = 0
  private var rowPanels = 0

  init(cpu: CPU, x: UnsafePointer<Float>, rows: Int, inputs: Int) {
    dispatch = MatrixDispatch(cpu: cpu, x: x, rows: rows, inputs: inputs, terms: [])
  }

  mutating func add(_ group: Range<Int>, _ matrix: PackedMatrix, output: UnsafeMutablePointer<Float>) {
    let term = MatrixDispatch.Term(
      matrix: matrix, output: output, epilogue: ink_epilogue(), firstRow: group.lowerBound)
    jobs.append(Job(term: term, rows: group.count, firstItem: itemCount))
    itemCount += matrix.panelCount * blocks(of: group.count)
    byteCount += matrix.panelCount * matrix.panelBytes
    rowPanels += matrix.panelCount * group.count
  }

  private func blocks(of rows: Int) -> Int { (rows + dispatch.rowBlock - 1) / dispatch.rowBlock }

  func run() {
    guard itemCount > 0 else { return }
    let activations = PreparedActivations(dispatch, matrices: jobs.lazy.map(\.term.matrix))
    dispatch.cpu.threads.run(count: itemCount, grain: grain) { chunk in
      var item = chunk.lowerBound
      var index = job(at: item)
      while item < chunk.upperBound {
        item = run(jobs[index], from: item, to: chunk.upperBound, activations)
        index += 1
      }
    }
  }

  /// The part of a job inside a range of items; returns where the next job begins, or the end.
  private func run(_ job: Job, from start: Int, to end: Int, _ activations: PreparedActivations) -> Int {
    let panels = job.term.matrix.panelCount
    let last = min(end, job.firstItem + panels * blocks(of: job.rows))
    var item = start
    while item < last {
      let local = item - job.firstItem
      let block = local / panels
      let first = local - block * panels
      let count = min(panels - first, last - item)
      let row = block * dispatch.rowBlock
      dispatch.multiply(
        job.term, panels: first..<first + count, rows: row..<min(row + dispatch.rowBlock, job.rows), activations)
      item += count
    }
    return last
  }

  /// The job that an item belongs to: the last one that begins at or before it.
  private func job(at item: Int) -> Int {
    var (low, high) = (0, jobs.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if jobs[middle].firstItem <= item { low = middle } else { high = middle }
    }
    return low
  }

  /// Items in a chunk: as many as are worth a claim by the bytes they read and the work they do.
  private var grain: Int {
    let panelBytes = max(byteCount / itemCount, 1)
    let operations = max(rowPanels / itemCount, 1) * dispatch.inputs * PackedMatrix.panelWidth
    let byBytes = max(32 << 10, byteCount / (dispatch.cpu.threads.threadCount * 8)) / panelBytes
    let panels = max(1, min(byBytes, (1 << 21) / operations))
    return (panels + 3) / 4 * 4
  }
}
