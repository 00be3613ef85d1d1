import InkTensor

extension LinearDelta {
  /// Whether it is the delta of a map with these widths.
  package func fits(_ site: AdapterSite) -> Bool {
    switch self {
    case .lowRank(let change): change.fits(site)
    case .decomposed(let change): change.change.fits(site) && change.magnitude.elementCount == site.outputs
    case .scaledInputs(let factors): factors.shape == [site.inputs]
    case .scaledOutputs(let factors): factors.shape == [site.outputs]
    case .bottleneck(let network):
      network.down.weight.inputs == site.outputs && network.up.weight.outputs == site.outputs
        && network.down.weight.outputs == network.up.weight.inputs
    case .bias(let bias): site.bias != nil && bias.elementCount == site.outputs
    case .replaced(let weight, let bias):
      weight.inputs == site.inputs && weight.outputs == site.outputs
        && (bias == nil || bias?.elementCount == site.outputs)
    }
  }

  /// The widths, for messages.
  package var shapes: String {
    switch self {
    case .lowRank(let change): "\(change.down.inputs) to \(change.rank) to \(change.up.outputs)"
    case .decomposed(let change): "\(change.change.down.inputs) to \(change.change.rank) to \(change.change.up.outputs)"
    case .scaledInputs(let factors), .scaledOutputs(let factors): "\(factors.shape)"
    case .bottleneck(let network): "\(network.down.weight.inputs) to \(network.up.weight.outputs)"
    case .bias(let bias): "a bias \(bias.shape)"
    case .replaced(let weight, _): "[\(weight.outputs), \(weight.inputs)]"
    }
  }
}

extension LowRank {
  fileprivate func fits(_ site: AdapterSite) -> Bool {
    down.inputs == site.inputs && up.outputs == site.outputs && up.inputs == rank && rank > 0
      && (inner == nil || inner?.shape == [rank]) && (outer == nil || outer?.shape == [site.outputs])
  }
}

extension EmbeddingTable.Delta {
  /// Whether it is the delta of such a table.
  package func fits(_ site: AdapterSite) -> Bool {
    switch self {
    case .lowRank(let table, let up, _):
      table.outputs == site.outputs && up.outputs == site.inputs && up.inputs == table.inputs
    case .replaced(let table): table.outputs == site.outputs && table.inputs == site.inputs
    }
  }
}

extension PromptSource {
  /// The width of the rows it gives, or -1 for parts that do not fit each other.
  package var width: Int {
    switch self {
    case .rows(let rows): rows.shape.rank == 2 ? rows.shape[1] : -1
    case .perceptron(let rows, let maps, _): PromptSource.width(rows.shape[1], maps)
    case .recurrent(let rows, let layers, let maps, _):
      PromptSource.width(layers.reduce(rows.shape[1]) { $1.width(after: $0) }, maps)
    }
  }

  private static func width(_ inputs: Int, _ maps: [Linear]) -> Int {
    maps.reduce(inputs) { $1.weight.inputs == $0 ? $1.weight.outputs : -1 }
  }
}

extension RecurrentLayer {
  fileprivate func width(after inputs: Int) -> Int {
    let width = forwards.state.weight.inputs
    let isWhole = [forwards, backwards].allSatisfy { direction in
      direction.input.weight.inputs == inputs && direction.input.weight.outputs == 4 * width
        && direction.state.weight.outputs == 4 * width && direction.state.weight.inputs == width
    }
    return isWhole ? 2 * width : -1
  }
}
