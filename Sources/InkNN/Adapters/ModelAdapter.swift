package import InkTensor

/// An adapter as a model takes it: what it changes, by the names that the model has for its parts.
package struct ModelAdapter: Sendable {
  package let name: AdapterName
  /// Deltas of linear maps, by names such as `layers.3.mixer.query`.
  package var linears: [String: [LinearDelta]]
  /// Other biases of norms, and of maps whose weights are those of another part, by names such as `layers.3.mixerNorm`.
  package var biases: [String: Tensor]
  /// Deltas of tables, by names such as `embedding`.
  package var tables: [String: EmbeddingTable.Delta]
  /// What stands before the tokens of a sequence.
  package var virtualTokens: VirtualTokens?
  /// What the attention of layers looks at beside the tokens, by names such as `layers.3.mixer`.
  package var attentionPrompts: [String: AttentionPrompt]
  /// The modules whose ranks are given out while they are trained.
  package var singularParts: [SingularParts] = []
  /// What training changes, in order.
  package var parameters: [Parameter]

  package init(
    name: AdapterName, linears: [String: [LinearDelta]] = [:], biases: [String: Tensor] = [:],
    tables: [String: EmbeddingTable.Delta] = [:], virtualTokens: VirtualTokens? = nil,
    attentionPrompts: [String: AttentionPrompt] = [:], parameters: [Parameter] = []
  ) {
    self.name = name
    self.linears = linears
    self.biases = biases
    self.tables = tables
    self.virtualTokens = virtualTokens
    self.attentionPrompts = attentionPrompts
    self.parameters = parameters
  }
}

/// A linear map or a table of a model, as an adapter sees it.
package struct AdapterSite: Sendable {
  package enum Kind: Sendable, Hashable {
    case linear
    case table
  }

  package let name: String
  package let kind: Kind
  package let weight: Weight
  package let bias: Tensor?

  package init(name: String, kind: Kind, weight: Weight, bias: Tensor?) {
    self.name = name
    self.kind = kind
    self.weight = weight
    self.bias = bias
  }

  /// The rows of its weight: the width of a result, or the entries of a table.
  package var outputs: Int { weight.outputs }

  /// The columns of its weight.
  package var inputs: Int { weight.inputs }
}
