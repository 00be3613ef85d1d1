import InkChat
package import InkTensor

/// The speed of f32 matrix products: those of training.
package struct ProductReport: Sendable {
  private var rows: [(name: String, benchmark: ProductBenchmark, seconds: Samples)] = []

  /// Nothing measured yet.
  package init() {}

  /// Measures the product that `name` describes.
  ///
  /// - Throws: `unsupported` when the description is not one.
  package mutating func measure(_ name: String, on cpu: CPU, repeat count: Int) throws(TensorError) {
    let benchmark = try ProductBenchmark(name)
    let clock = ContinuousClock()
    let start = clock.now
    let seconds = benchmark.run(on: cpu, repeat: count) { start.duration(to: clock.now).inSeconds }
    rows.append((name, benchmark, Samples(seconds)))
  }

  /// The JSON object.
  package var json: Report {
    let products = rows.map { row -> Report in
      ["product": .string(row.name), "operations": .number(row.benchmark.operations), "seconds": row.seconds.json]
    }
    return ["products": .array(products)]
  }

  /// A table for a person.
  package var lines: [String] {
    let cells = rows.map { row in
      let best = row.seconds.values.min() ?? .infinity
      return [row.name, Amount.decimal(row.benchmark.operations / best / 1e9, digits: 1), "GFLOP/s"]
    }
    return TextTable.lines(cells, alignments: [.left, .right, .left])
  }
}
