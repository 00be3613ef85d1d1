import InkChat
package import InkNN

/// The tokens that the experts of each layer were given, as a table and as JSON.
package struct ExpertLoadReport {
  private let layers: [ExpertLoad.Layer]

  /// A report of counted layers; none for a model without experts.
  package init(_ layers: [ExpertLoad.Layer]) { self.layers = layers }

  /// The table, one line a layer: experts that had tokens, the smallest and the largest count, and the largest as a
  /// multiple of the mean.
  package var lines: [String] {
    guard !layers.isEmpty else { return ["The model has no experts."] }
    let rows = layers.map { layer in
      [
        "\(layer.index)", "\(layer.counts.count { $0 > 0 }) of \(layer.counts.count)", "\(layer.counts.min() ?? 0)",
        "\(layer.counts.max() ?? 0)", Amount.decimal(layer.imbalance, digits: 2),
      ]
    }
    return TextTable.lines(
      [["layer", "experts used", "least", "most", "most/mean"]] + rows,
      alignments: [.right, .right, .right, .right, .right])
  }

  /// All counts.
  package var json: Report {
    .array(
      layers.map { layer in
        ["layer": .whole(layer.index), "counts": .array(layer.counts.map { .whole($0) })]
      })
  }
}
