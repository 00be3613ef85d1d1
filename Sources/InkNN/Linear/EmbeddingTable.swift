package import InkTensor

/// Rows that are looked up by number, and what adapters change about them.
package struct EmbeddingTable: Sendable {
  /// [count, width].
  package let weight: Weight
  let deltas: [Attached]

  /// What an adapter changes about a table.
  package enum Delta: Sendable {
    /// A row of `table` [count, rank] through `up` [width, rank] is added to each row (LoRA).
    case lowRank(table: Weight, up: Weight, scale: Float)
    /// Another table in place of the base's.
    case replaced(Weight)
  }

  struct Attached: Sendable {
    let adapter: AdapterName
    let delta: Delta
  }

  package init(weight: Weight) {
    self.weight = weight
    deltas = []
  }

  private init(weight: Weight, deltas: [Attached]) {
    self.weight = weight
    self.deltas = deltas
  }

  /// The same table with another delta; its memory is shared.
  package func adding(_ delta: Delta, of adapter: AdapterName) -> EmbeddingTable {
    EmbeddingTable(weight: weight, deltas: deltas + [Attached(adapter: adapter, delta: delta)])
  }

  /// The rows of the given numbers, [ids.count, width].
  package func rows(_ ids: [Int], in context: LinearContext) -> Tensor {
    let cpu = context.cpu
    guard !deltas.isEmpty else { return cpu.gatherRows(ids, of: weight) }
    switch context.adapters {
    case .all: return rows(ids, changedBy: deltas.map(\.delta), on: cpu)
    case .chosen(let runs):
      let base = cpu.gatherRows(ids, of: weight)
      var parts: [(start: Int, rows: Tensor)] = []
      for run in runs {
        let own = deltas.filter { $0.adapter == run.adapter }.map(\.delta)
        guard !own.isEmpty else { continue }
        guard run.rows.upperBound <= ids.count else { trap("EmbeddingTable", "rows \(run.rows) of \(ids.count)") }
        parts.append((run.rows.lowerBound, rows(Array(ids[run.rows]), changedBy: own, on: cpu)))
      }
      return parts.isEmpty ? base : cpu.replacingRows(of: base, by: parts)
    }
  }

  private func rows(_ ids: [Int], changedBy deltas: [Delta], on cpu: CPU) -> Tensor {
    var table = weight
    for delta in deltas {
      switch delta {
      case .replaced(let other): table = other
      case .lowRank: break
      }
    }
    var rows = cpu.gatherRows(ids, of: table)
    for delta in deltas {
      switch delta {
      case .lowRank(let table, let up, let scale):
        var narrow = cpu.gatherRows(ids, of: table)  // [ids.count, rank]
        if scale != 1 { narrow = cpu.scale(narrow, by: scale) }
        rows = cpu.linear(narrow, by: [up], epilogues: [.residual(rows)])[0]
      case .replaced: break
      }
    }
    return rows
  }
}
