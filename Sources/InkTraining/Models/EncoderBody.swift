import InkData
package import InkModels
import InkTensor

/// An encoder as training runs it: texts in, states out.
package struct EncoderBody: Sendable {
  package let model: EncoderLM
  /// The share of embeddings, and of what layers add, that falls in training.
  package let dropout: Float
  package let activations: ActivationMemory
  /// The modules of an adapter whose ranks are given out while it is trained.
  package let ranks: RankSchedule?

  package init(
    model: EncoderLM, dropout: Float = 0, activations: ActivationMemory = .kept, ranks: RankSchedule? = nil
  ) {
    self.model = model
    self.dropout = dropout
    self.activations = activations
    self.ranks = ranks
  }

  /// The states of the tokens of texts.
  ///
  /// - Throws: `data` for a text that the model cannot read.
  func states(
    of input: InkData.EncoderInput, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> EncoderStates {
    model.states(
      of: try input.sequences(for: model.spec), perturbation: perturbation, noise: moment.noise,
      dropout: moment.dropout(dropout), activations: activations, on: cpu)
  }

  /// The shape of the embeddings of texts.
  func embeddingShape(of input: InkData.EncoderInput) -> Shape { [input.tokens.count, model.spec.width] }

  /// As ``CausalDecoder/operations(of:)`` counts them, with all tokens of a text for the keys of each.
  func operations(of input: InkData.EncoderInput, trained: Int) -> Double {
    let all = max(model.spec.matrixElementsPerToken, trained)
    let products = Double(input.tokens.count) * (4 * Double(all) + 2 * Double(trained))
    let pairs = input.lengths.reduce(0.0) { $0 + Double($1) * Double($1) }
    return products + 12 * Double(model.spec.layers.count) * Double(model.spec.width) * pairs
  }
}

extension InkData.EncoderInput {
  /// The texts as an encoder reads them.
  ///
  /// - Throws: `data` for a text that the model cannot read.
  func sequences(for spec: EncoderSpec) throws(TrainingError) -> [InkModels.EncoderInput] {
    var sequences: [InkModels.EncoderInput] = []
    var next = 0
    for length in lengths {
      let range = next..<next + length
      next = range.upperBound
      let sequence = InkModels.EncoderInput(tokens: Array(tokens[range]), tokenTypes: Array(typeIDs[range]))
      if let problem = sequence.check(for: spec) { throw TrainingError(problem, spec) }
      sequences.append(sequence)
    }
    return sequences
  }
}

extension TrainingError {
  /// What is wrong with a text for an encoder.
  fileprivate init(_ problem: InkModels.EncoderInput.Problem, _ spec: EncoderSpec) {
    let place = "a text of the batch"
    switch problem {
    case .empty: self.init(.data, context: place, expected: "at least one token", found: "none")
    case .tooLong(let limit):
      self.init(
        .data, context: place, expected: "at most \(limit) tokens, as the model's positions reach",
        hint: "Lower sequence.length.")
    case .token(let token):
      self.init(
        .mismatch, context: place, expected: "tokens below \(spec.vocabulary)", found: "\(token)",
        hint: "The tokenizer is of another model.")
    case .typeCount(let count):
      self.init(.mismatch, context: place, expected: "a kind for each token", found: "\(count)")
    case .type(let type):
      self.init(
        .mismatch, context: place, expected: "kinds below \(spec.embedding.tokenTypes)", found: "\(type)",
        hint: "The model does not tell two texts apart, but its tokenizer does.")
    }
  }
}
