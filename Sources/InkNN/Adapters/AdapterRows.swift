/// Which rows of a step are computed with which adapter.
package enum AdapterRows: Sendable, Hashable {
  /// All that is attached, for every row: one adapter that is trained or used alone.
  case all
  /// Runs of rows with an adapter each, in order; the other rows are those of the base. A row's bits do not depend on
  /// what the others use.
  case chosen([Run])

  /// Rows that follow each other.
  package struct Run: Sendable, Hashable {
    package let rows: Range<Int>
    package let adapter: AdapterName

    package init(rows: Range<Int>, adapter: AdapterName) {
      self.rows = rows
      self.adapter = adapter
    }
  }

  /// The base alone.
  package static let none = AdapterRows.chosen([])

  /// Rows by whose they are: neighbours with the same adapter become one run.
  ///
  /// - Parameter parts: how many rows there are of each, in order; nil is the base.
  package init(parts: [(count: Int, adapter: AdapterName?)]) {
    var runs: [Run] = []
    var row = 0
    for part in parts where part.count > 0 {
      let rows = row..<row + part.count
      row = rows.upperBound
      guard let adapter = part.adapter else { continue }
      if let last = runs.last, last.adapter == adapter, last.rows.upperBound == rows.lowerBound {
        runs[runs.count - 1] = Run(rows: last.rows.lowerBound..<rows.upperBound, adapter: adapter)
      } else {
        runs.append(Run(rows: rows, adapter: adapter))
      }
    }
    self = .chosen(runs)
  }

  /// The same choice for some of the rows, as they are named: those whose logits are wanted.
  package func picking(_ rows: [Int]) -> AdapterRows {
    switch self {
    case .all: .all
    case .chosen(let runs):
      AdapterRows(
        parts: rows.map { row in (1, runs.first { $0.rows.contains(row) }?.adapter) })
    }
  }
}
