package import InkTensor

/// What the keys and values of a prefix are made for (Li and Liang, 2021).
package struct PrefixShape: Sendable, Hashable {
  /// How the keys and values of layers lie in the row of a virtual token.
  package enum Order: Sendable, Hashable {
    /// For each layer keys, then values.
    case layerAfterLayer
    /// As PEFT reads them for a decoder beside an encoder with at least as many layers: it takes the row, which has keys
    /// and values for each layer of the encoder, twice over, four parts for each layer, of which the first two are keys
    /// and values. So every second pair is passed over, and some layers may share theirs.
    case everySecondPair(encoderLayers: Int)
  }

  /// Layers that look at the prefix.
  package let layers: Int
  /// Heads of keys.
  package let heads: Int
  package let headWidth: Int
  package let order: Order

  package init(layers: Int, heads: Int, headWidth: Int, order: Order = .layerAfterLayer) {
    self.layers = layers
    self.heads = heads
    self.headWidth = headWidth
    self.order = order
  }

  /// What a model must be like to take a prefix, for messages.
  package static let need =
    "layers with the same heads of keys; beside an encoder no more than it has, with heads as wide as the model"

  /// The keys of one layer.
  package var width: Int { heads * headWidth }

  /// Layers that a row has keys and values for.
  package var storedLayers: Int {
    switch order {
    case .layerAfterLayer: layers
    case .everySecondPair(let encoderLayers): encoderLayers
    }
  }

  /// The numbers of one virtual token.
  package var rowWidth: Int { storedLayers * 2 * width }

  /// The keys and values of a prefix, for each layer those of every place.
  ///
  /// - Parameters:
  ///   - rows: [count, rowWidth].
  ///   - starts: the first of the virtual tokens at each place in a step.
  package func prefixes(_ rows: Tensor, at starts: [Int], on cpu: CPU) -> [[PrefixRows]] {
    guard rows.shape.rank == 2, rows.shape[1] == rowWidth else { trap("PrefixShape", "\(rows.shape) for \(rowWidth)") }
    let (count, parts) = (rows.shape[0], 2 * storedLayers)
    // One row for each token, layer and kind; the rows of one layer and kind are picked out of them.
    let apart = rows.reshaped([count * parts, width])
    return (0..<layers).map { layer in
      let made = [part(ofLayer: layer), part(ofLayer: layer) + 1].map { part in
        cpu.pickRows((0..<count).map { $0 * parts + part }, of: apart).reshaped([count, heads, headWidth])
      }
      return starts.map { PrefixRows(start: $0, keys: made[0], values: made[1]) }
    }
  }

  /// Where the keys of a layer stand among the parts of a row; its values follow.
  private func part(ofLayer layer: Int) -> Int {
    switch order {
    case .layerAfterLayer: 2 * layer
    case .everySecondPair(let encoderLayers): 4 * layer % (2 * encoderLayers)
    }
  }
}
