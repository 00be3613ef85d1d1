import InkTensor

/// Maps with what adapters change about them.
///
/// Rows of no adapter are computed as if there were none. Each run of rows with an adapter goes its own way, so that its
/// bits do not depend on the other rows (law 2).
extension Linear {
  static func apply(_ calls: [Call], to x: Tensor, in context: LinearContext) -> [Tensor] {
    guard calls.contains(where: { !$0.map.deltas.isEmpty }) else { return base(calls, x, on: context.cpu) }
    switch context.adapters {
    case .all: return changed(calls, calls.map { $0.map.deltas.map(\.delta) }, x, base: nil, in: context)
    case .chosen(let runs): return apply(calls, to: x, runs, in: context)
    }
  }

  private static func apply(
    _ calls: [Call], to x: Tensor, _ runs: [AdapterRows.Run], in context: LinearContext
  ) -> [Tensor] {
    let (cpu, count) = (context.cpu, x.shape[0])
    if let run = runs.first, run.rows == 0..<count {
      return changed(calls, calls.map { $0.deltas(of: run.adapter) }, x, base: nil, in: context)
    }
    let results = base(calls, x, on: cpu)
    var parts = calls.map { _ in [(start: Int, rows: Tensor)]() }
    for run in runs {
      let deltas = calls.map { $0.deltas(of: run.adapter) }
      guard run.rows.upperBound <= count else { trap("Linear", "adapter rows \(run.rows) of \(x.shape)") }
      let touched = deltas.indices.filter { !deltas[$0].isEmpty }
      guard !touched.isEmpty else { continue }
      let own = changed(
        touched.map { calls[$0].rows(run.rows, on: cpu) }, touched.map { deltas[$0] }, cpu.rows(run.rows, of: x),
        base: touched.map { cpu.rows(run.rows, of: results[$0]) }, in: context)
      for (index, rows) in zip(touched, own) { parts[index].append((run.rows.lowerBound, rows)) }
    }
    return zip(results, parts).map { $1.isEmpty ? $0 : cpu.replacingRows(of: $0, by: $1) }
  }

  /// All rows of x with the given deltas of each map.
  ///
  /// - Parameter base: what the maps give without deltas, if that is known.
  private static func changed(
    _ calls: [Call], _ deltas: [[LinearDelta]], _ x: Tensor, base known: [Tensor]?, in context: LinearContext
  ) -> [Tensor] {
    let cpu = context.cpu
    let sums = calls.indices.filter { deltas[$0].allSatisfy(\.isSum) }
    var results: [Int: Tensor] = [:]
    let made = known == nil ? base(sums.map { calls[$0] }, x, on: cpu) : sums.map { known?[$0] ?? x }
    for (index, result) in zip(sums, made) { results[index] = result }
    let added = sums.flatMap { index in deltas[index].map { (index, $0) } }
    addLowRank(added, x, to: &results, in: context)
    return calls.indices.map { results[$0] ?? changed(calls[$0], deltas[$0], x, in: context) }
  }

  /// Adds changes of one input; their narrow parts are one dispatch.
  private static func addLowRank(
    _ deltas: [(Int, LinearDelta)], _ x: Tensor, to results: inout [Int: Tensor], in context: LinearContext
  ) {
    let cpu = context.cpu
    var changes: [(Int, LowRank)] = []
    for (index, delta) in deltas {
      guard case .lowRank(let change) = delta, let result = results[index] else { continue }
      // What is dropped of x differs from change to change.
      if change.drops(in: context) {
        results[index] = change(x, addingTo: result, in: context)
      } else {
        changes.append((index, change))
      }
    }
    guard !changes.isEmpty else { return }
    let narrow = cpu.linear(x, by: changes.map(\.1.down), epilogues: changes.map { _ in .none })
    for ((index, change), narrow) in zip(changes, narrow) {
      guard let result = results[index] else { continue }
      results[index] = change.add(narrow, to: result, on: cpu)
    }
  }

  /// One map whose deltas are more than sums: first the map itself is another one, then its input, its directions, what is
  /// added, and at last its output.
  private static func changed(_ call: Call, _ deltas: [LinearDelta], _ x: Tensor, in context: LinearContext) -> Tensor {
    let cpu = context.cpu
    var (weight, bias, input) = (call.map.weight, call.map.bias, x)
    var isDecomposed = false
    for delta in deltas {
      switch delta {
      case .replaced(let other, let otherBias): (weight, bias) = (other, otherBias)
      case .bias(let other): bias = other
      case .scaledInputs(let factors): input = cpu.scaleColumns(input, by: factors)
      case .decomposed: isDecomposed = true
      case .lowRank, .scaledOutputs, .bottleneck: break
      }
    }
    let epilogue = isDecomposed ? MatrixEpilogue.none : bias.map { .bias($0) } ?? .none
    var y = cpu.linear(input, by: [weight], epilogues: [epilogue])[0]
    for delta in deltas {
      switch delta {
      case .decomposed(let change): y = change(x, y, base: weight, in: context)
      case .lowRank, .scaledInputs, .scaledOutputs, .bottleneck, .bias, .replaced: break
      }
    }
    if isDecomposed, let bias { y = cpu.add(y, repeated(bias, rows: y.shape[0], on: cpu)) }
    for delta in deltas {
      switch delta {
      case .lowRank(let change): y = change(x, addingTo: y, in: context)
      case .decomposed, .scaledInputs, .scaledOutputs, .bottleneck, .bias, .replaced: break
      }
    }
    for delta in deltas {
      switch delta {
      case .scaledOutputs(let factors): y = cpu.scaleColumns(y, by: factors)
      case .bottleneck(let network): y = network(y, on: cpu)
      case .lowRank, .decomposed, .scaledInputs, .bias, .replaced: break
      }
    }
    return call.residual.map { cpu.add(y, $0) } ?? y
  }

  /// A vector as so many equal rows.
  private static func repeated(_ vector: Tensor, rows: Int, on cpu: CPU) -> Tensor {
    let table = Weight.dense(vector.reshaped([1, vector.elementCount]))
    return cpu.gatherRows([Int](repeating: 0, count: rows), of: table)
  }
}

extension Linear.Call {
  fileprivate func deltas(of adapter: AdapterName) -> [LinearDelta] {
    map.deltas.filter { $0.adapter == adapter }.map(\.delta)
  }

  fileprivate func rows(_ rows: Range<Int>, on cpu: CPU) -> Linear.Call {
    Linear.Call(map: map, residual: residual.map { cpu.rows(rows, of: $0) })
  }
}
