import InkChat
package import InkNN

/// The tokens that the experts of each layer were given, as a table and as JSON.
package struct ExpertLoadReport {
  private let layers: [ExpertLoad.Layer]

  /// A report of counted layers; none for a model without experts.
  package init(_ layers: [ExpertLoad.Layer]) { self.layers = layers }

  /// The table, one line a layer: experts that had tokens, the smallest and the largest count, the largest as a multiple
  /// of the mean, and a bar for each expert.
  package var lines: [String] {
    guard !layers.isEmpty else { return ["The model has no experts."] }
    let rows = layers.map { layer in
      [
        "\(layer.index)", "\(layer.counts.count { $0 > 0 }) of \(layer.counts.count)", "\(layer.counts.min() ?? 0)",
        "\(layer.counts.max() ?? 0)", Amount.decimal(layer.imbalance, digits: 2), Self.bars(layer.counts),
      ]
    }
    return TextTable.lines(
      [["layer", "experts used", "least", "most", "most/mean", "tokens of each expert"]] + rows,
      alignments: [.right, .right, .right, .right, .right, .left])
  }

  /// One bar an expert, as high as its part of the layer's largest count; a point where there is nothing.
  private static func bars(_ counts: [Int]) -> String {
    let heights = Array("▁▂▃▄▅▆▇█")
    let most = max(counts.max() ?? 0, 1)
    return String(
      counts.map { count -> Character in
        count == 0 ? "·" : heights[min(count * heights.count / most, heights.count - 1)]
      })
  }

  /// All counts.
  package var json: Report {
    .array(
      layers.map { layer in
        ["layer": .whole(layer.index), "counts": .array(layer.counts.map { .whole($0) })]
      })
  }
}
