import InkTensor

extension DecoderSpec {
  /// The settings of the first layer with experts, if there is one.
  var experts: ExpertsSpec? {
    for layer in layers { if case .experts(let experts) = layer.feedForward { return experts } }
    return nil
  }

  /// Layers without experts before the first that has them.
  var leadingDenseLayers: Int {
    layers.prefix { layer in
      switch layer.feedForward {
      case .plain, .gated: true
      case .experts: false
      }
    }.count
  }
}

extension ExpertRouter {
  /// What is done to the weights of the chosen experts; the softmax over them sums to one by itself.
  var normalization: Normalization {
    switch rule {
    case .softmaxOverChosen: .none
    case .softmax(let normalization, _), .sigmoidWithBias(let normalization, _): normalization
    }
  }

  /// Whether the choice is narrowed to groups first.
  var groups: Groups {
    switch rule {
    case .softmaxOverChosen: .none
    case .softmax(_, let groups), .sigmoidWithBias(_, let groups): groups
    }
  }
}
