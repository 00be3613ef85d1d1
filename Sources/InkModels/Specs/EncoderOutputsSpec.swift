public import InkTensor

/// What stands on top of an encoder's last layer; a checkpoint has any of these or none.
public struct EncoderOutputsSpec: Sendable, Hashable {
  /// Whether there is a map of the first token's state, bent by the hyperbolic tangent, that stands for the sequence
  /// (BERT's pooler).
  public enum Pooler: Sendable, Hashable {
    case none, firstToken
  }

  /// Whether the pooled state tells if one text follows another (BERT's next-sentence prediction).
  public enum NextSentence: Sendable, Hashable {
    case none, present
  }

  /// The vector that stands for the sequence.
  public var pooler: Pooler
  /// Logits of what a masked token could be.
  public var masked: MaskedHeadSpec?
  /// Whether the second text follows the first.
  public var nextSentence: NextSentence
  /// Logits of classes.
  public var classifier: ClassifierSpec?

  /// Whether nothing stands beside the body and its pooler.
  var isBare: Bool { masked == nil && nextSentence == .none && classifier == nil }

  /// Outputs; without arguments none.
  public init(
    pooler: Pooler = .none, masked: MaskedHeadSpec? = nil, nextSentence: NextSentence = .none,
    classifier: ClassifierSpec? = nil
  ) {
    self.pooler = pooler
    self.masked = masked
    self.nextSentence = nextSentence
    self.classifier = classifier
  }
}

/// The head of masked language modelling: a map of the width, an activation, a norm, and logits of the vocabulary.
public struct MaskedHeadSpec: Sendable, Hashable {
  /// Where the last matrix comes from.
  public enum Decoder: Sendable, Hashable {
    /// The embedding's own.
    case tied
    case own
  }

  /// What bends the mapped states.
  public var activation: ActivationFunction
  /// The norm in front of the logits.
  public var norm: NormSpec
  /// The matrix of the logits.
  public var decoder: Decoder

  /// A head from its parts.
  public init(activation: ActivationFunction, norm: NormSpec, decoder: Decoder) {
    self.activation = activation
    self.norm = norm
    self.decoder = decoder
  }
}

/// A head that sorts sequences or tokens into classes.
public struct ClassifierSpec: Sendable, Hashable {
  /// What is sorted, and on what.
  public enum Form: Sendable, Hashable {
    /// The sequence, by the pooled state (BERT).
    case pooled
    /// The sequence, by the first token's state through a map and a hyperbolic tangent of its own (RoBERTa).
    case firstToken
    /// Every token by its state.
    case everyToken
  }

  /// What is sorted, and on what.
  public var form: Form
  /// The names of the classes; their count is that of the logits.
  public var labels: [String]

  /// A head from its parts.
  public init(form: Form, labels: [String]) {
    self.form = form
    self.labels = labels
  }
}
