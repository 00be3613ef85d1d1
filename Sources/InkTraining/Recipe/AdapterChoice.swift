public import InkTensor

/// Weights beside those of a model, which stay as they are.
public struct AdapterChoice: Sendable, Hashable {
  /// How a model is changed.
  public enum Method: Sendable, Hashable {
    /// Low-rank matrices.
    case lora(LowRankChoice)
    /// Low-rank matrices with singular values between them, whose ranks are given out (Zhang et al., 2023).
    case adaLoRA(RankChoice)
    /// Trained vectors between and behind random matrices that all targets share (Kopiczko et al., 2024). The vectors
    /// between begin with `initial`.
    case vera(rank: Int, targets: [String], initial: Double)
    /// Vectors that multiply what comes out of the targets, or what goes into those of them that are in the
    /// feed-forward part (Liu et al., 2022).
    case ia3(targets: [String], feedForward: [String])
    /// Narrow networks of this inner width (Houlsby et al., 2019; Pfeiffer et al., 2021).
    case bottleneck(width: Int, placement: Placement)
    /// Rows before the tokens (Lester et al., 2021), which begin as the embeddings of a text if there is one.
    case prompt(length: Int, text: String?)
    /// Rows before the tokens, made by a small network (Liu et al., 2021). A width of nil is that of the model.
    case pTuning(length: Int, encoder: PromptEncoder, width: Int?)
    /// Keys and values before those of the tokens in every layer (Li and Liang, 2021), through a projection of an inner
    /// width if there is one.
    case prefix(length: Int, projection: Int?)
    /// Rows that the attention of the last layers looks at through a gate (Zhang et al., 2023, "LLaMA-Adapter"). Layers
    /// of nil are all but the first two, or all of a model that has no more.
    case llamaAdapter(length: Int, layers: Int?)
  }

  /// Where bottlenecks stand.
  public enum Placement: String, Sendable, Hashable, CaseIterable {
    /// Behind attention and feed-forward part.
    case both
    /// Behind the feed-forward part.
    case feedForward = "feed_forward"
  }

  /// The network that makes the rows of P-tuning.
  public enum PromptEncoder: String, Sendable, Hashable, CaseIterable {
    case perceptron = "mlp"
    case recurrent = "lstm"
  }

  /// How the model's own matrices are held.
  public enum Base: Sendable, Hashable {
    /// As floats.
    case f32
    /// Packed as they are stored (Dettmers et al., 2023, "QLoRA").
    case asStored
    /// The matrices of the layers rounded when the model is loaded, all else as floats.
    case rounded(WeightRounding)
  }

  /// How the model is changed.
  public var method: Method
  /// Modules of the model that are trained whole and stored with the adapter.
  public var also: [String]
  /// How the model's own matrices are held.
  public var base: Base

  init(_ method: Method, _ part: inout RecipeReader) throws(TrainingError) {
    self.method = method
    also = try part.texts("also") ?? []
    base = try Base(&part)
  }
}

extension AdapterChoice.Base {
  /// The words of recipes.
  private enum Word: String, CaseIterable {
    case f32, nf4
    case asStored = "as_stored"
    case q4 = "q4_0"
    case q8 = "q8_0"
  }

  fileprivate init(_ part: inout RecipeReader) throws(TrainingError) {
    let word = try part.choice("base", of: Word.self) ?? .f32
    let isDouble = try part.boolean("double_quantization")
    if let isDouble, word != .nf4 {
      throw part.error(
        "double_quantization", expected: "base: nf4, whose scales it is about",
        found: "\(isDouble) with \(word.rawValue)")
    }
    switch word {
    case .f32: self = .f32
    case .asStored: self = .asStored
    case .nf4: self = .rounded(.normalFloat(isDouble == false ? .single : .double))
    case .q4: self = .rounded(.blocks(.q4_0))
    case .q8: self = .rounded(.blocks(.q8_0))
    }
  }
}

extension AdapterChoice.Method {
  private static let widths = 1...1 << 20

  static func ia3(_ part: inout RecipeReader) throws(TrainingError) -> Self {
    guard let targets = try part.texts("targets"), !targets.isEmpty else {
      throw part.error("targets", expected: "the names of matrices, such as [k_proj, v_proj, down_proj]")
    }
    let feedForward = try part.texts("feed_forward") ?? []
    if let other = feedForward.first(where: { !targets.contains($0) }) {
      throw part.error("feed_forward", expected: "names that are among the targets", found: "\"\(other)\"")
    }
    return .ia3(targets: targets, feedForward: feedForward)
  }

  static func vera(_ part: inout RecipeReader) throws(TrainingError) -> Self {
    let targets = try part.texts("targets") ?? ["all-linear"]
    guard !targets.isEmpty else { throw part.error("targets", expected: "at least one name") }
    return .vera(
      rank: try part.integer("rank", in: 1...65_536) ?? 256, targets: targets,
      initial: try part.number("initial", in: 1e-6...1e3) ?? 0.1)
  }

  static func bottleneck(_ part: inout RecipeReader) throws(TrainingError) -> Self {
    .bottleneck(
      width: try part.integer("width", in: widths) ?? 64,
      placement: try part.choice("placement", of: AdapterChoice.Placement.self) ?? .both)
  }

  static func prompt(_ part: inout RecipeReader) throws(TrainingError) -> Self {
    .prompt(length: try length(&part), text: try part.text("text"))
  }

  static func pTuning(_ part: inout RecipeReader) throws(TrainingError) -> Self {
    .pTuning(
      length: try length(&part),
      encoder: try part.choice("encoder", of: AdapterChoice.PromptEncoder.self) ?? .perceptron,
      width: try part.integer("width", in: widths))
  }

  static func prefix(_ part: inout RecipeReader) throws(TrainingError) -> Self {
    .prefix(length: try length(&part), projection: try part.integer("projection", in: widths))
  }

  static func llamaAdapter(_ part: inout RecipeReader) throws(TrainingError) -> Self {
    let choice = Self.llamaAdapter(
      length: try part.integer("length", in: 1...65_536) ?? 10, layers: try part.integer("layers", in: 1...65_536))
    if let also = try part.texts("also"), !also.isEmpty {
      throw part.error("also", expected: "nothing beside llama_adapter", found: "\(also)")
    }
    return choice
  }

  private static func length(_ part: inout RecipeReader) throws(TrainingError) -> Int {
    try part.integer("length", in: 1...65_536) ?? 20
  }
}
