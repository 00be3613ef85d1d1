/// How the states of an encoder's tokens become one vector for a text, as data (Reimers and Gurevych, 2019).
public struct SentenceSpec: Sendable, Hashable {
  /// The vectors that are put one behind the other; mostly one.
  public var poolings: [Pooling]
  /// What is done to the vector then, in order.
  public var steps: [Step]
  /// The most tokens of a text; nil when the encoder alone limits them.
  public var maximumTokens: Int?
  /// What is done to the letters of a text before it becomes tokens.
  public var letters: Letters
  /// Which kinds the encoder is told.
  public var kinds: Kinds
  /// Texts that are put in front, by name.
  public var prompts: [String: String]
  /// The name of the one that is put in front when no other is asked for.
  public var defaultPrompt: String?

  /// One way to make a vector of tokens.
  public enum Pooling: Sendable, Hashable {
    /// The state of the first token.
    case first
    /// The state of the last token.
    case last
    /// The largest of each element.
    case largest
    case mean
    /// The sum over the root of the count.
    case meanOverRoot
    /// The mean with the place of each token, counted from one, for its weight.
    case weightedMean
  }

  /// A change to the vector.
  public enum Step: Sendable, Hashable {
    case dense(DenseSpec)
    /// To the length of one.
    case normalize
  }

  /// The letters of a text.
  public enum Letters: Sendable, Hashable {
    case asGiven, lowercased
  }

  /// The kinds of a text's tokens.
  public enum Kinds: Sendable, Hashable {
    /// Those that the tokenizer gives: the second text of a pair is of the second kind.
    case ofTokenizer
    /// The first for all.
    case first
  }

  /// A spec from its parts; without arguments the mean of all tokens.
  public init(
    poolings: [Pooling] = [.mean], steps: [Step] = [], maximumTokens: Int? = nil, letters: Letters = .asGiven,
    kinds: Kinds = .ofTokenizer, prompts: [String: String] = [:], defaultPrompt: String? = nil
  ) {
    self.poolings = poolings
    self.steps = steps
    self.maximumTokens = maximumTokens
    self.letters = letters
    self.kinds = kinds
    self.prompts = prompts
    self.defaultPrompt = defaultPrompt
  }
}

/// A linear map of a sentence's vector, with weights in a folder of their own.
public struct DenseSpec: Sendable, Hashable {
  /// What bends the result.
  public enum Activation: Sendable, Hashable {
    case none, hyperbolicTangent
  }

  /// The folder of the weights.
  public var folder: String
  /// Elements of the vector that comes in.
  public var inputs: Int
  /// Elements of the vector that goes out.
  public var outputs: Int
  /// Whether a vector is added.
  public var bias: BiasSpec
  /// What bends the result.
  public var activation: Activation

  /// A map from its parts.
  public init(folder: String, inputs: Int, outputs: Int, bias: BiasSpec, activation: Activation) {
    self.folder = folder
    self.inputs = inputs
    self.outputs = outputs
    self.bias = bias
    self.activation = activation
  }
}
