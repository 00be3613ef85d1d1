package import InkTensor

/// Where the rows of virtual tokens come from.
package enum PromptSource: Sendable {
  /// Rows as they are, [count, width].
  case rows(Tensor)
  /// Rows [count, inputs] through maps with a function between them: the projection of prefixes, the perceptron of
  /// P-tuning.
  case perceptron(rows: Tensor, maps: [Linear], between: Bend)
  /// Rows through a recurrent network in both directions and then a perceptron (P-tuning).
  case recurrent(rows: Tensor, layers: [RecurrentLayer], maps: [Linear], between: Bend)

  /// A function between maps.
  package enum Bend: Sendable, Hashable {
    case tanh
    case relu
  }

  /// How many rows there are.
  package var count: Int {
    switch self {
    case .rows(let rows), .perceptron(let rows, _, _), .recurrent(let rows, _, _, _): rows.shape[0]
    }
  }

  /// The rows, [count, width].
  package func callAsFunction(on cpu: CPU) -> Tensor {
    switch self {
    case .rows(let rows): rows
    case .perceptron(let rows, let maps, let bend): PromptSource.bent(rows, maps, bend, on: cpu)
    case .recurrent(let rows, let layers, let maps, let bend):
      PromptSource.bent(layers.reduce(rows) { $1($0, on: cpu) }, maps, bend, on: cpu)
    }
  }

  private static func bent(_ rows: Tensor, _ maps: [Linear], _ bend: Bend, on cpu: CPU) -> Tensor {
    var x = rows
    for (index, map) in maps.enumerated() {
      if index > 0 {
        switch bend {
        // A soft cap of one is the hyperbolic tangent.
        case .tanh: x = cpu.softCap(x, cap: 1)
        case .relu: x = cpu.activate(x, .relu)
        }
      }
      x = map(x, on: cpu)
    }
    return x
  }
}
