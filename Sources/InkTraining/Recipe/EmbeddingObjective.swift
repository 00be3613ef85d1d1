/// How texts become vectors, and what is demanded of these.
public struct EmbeddingObjective: Sendable, Hashable {
  /// How the states of the tokens become one vector.
  public enum Pooling: String, Sendable, Hashable, CaseIterable {
    /// Their mean.
    case mean
    /// The first one.
    case first = "cls"
    /// The last one.
    case last
    /// Their mean with the places, counted from one, for weights.
    case weighted
  }

  /// How far vectors are from each other.
  public enum Distance: String, Sendable, Hashable, CaseIterable {
    /// One less the cosine of the angle between them.
    case cosine
    /// The length of their difference.
    case euclidean
  }

  /// What is demanded of vectors. `scale` multiplies cosines before they are compared.
  public enum Loss: Sendable, Hashable {
    /// A text's partner is nearer than those of the others in the batch (Henderson et al., 2017).
    case inBatch(scale: Double)
    /// Pairs with higher scores are nearer than those with lower ones (Su, "CoSENT", 2022).
    case cosent(scale: Double)
    /// A text is nearer to itself, under other dropout, than to the others of the batch (Gao et al., "SimCSE", 2021).
    case simcse(scale: Double)
    /// A text is nearer to its partner than to another one, by a margin (Schroff et al., 2015).
    case triplet(margin: Double, distance: Distance)
    /// As CoSENT, on the angles of complex numbers (Li and Li, "AnglE", 2024).
    case angle(scale: Double)
  }

  /// How the states of the tokens become one vector; nil for what the model says itself, which is the mean where it
  /// says nothing.
  public var pooling: Pooling?
  /// What is demanded of vectors.
  public var loss: Loss

  private enum LossWord: String, CaseIterable {
    case cosent, simcse, triplet, angle
    case inBatch = "in_batch"
  }

  init(_ part: inout RecipeReader) throws(TrainingError) {
    pooling = try part.choice("pooling", of: Pooling.self)
    let scales = 1e-3...1e4
    switch try part.choice("loss", of: LossWord.self) ?? .inBatch {
    case .inBatch: loss = .inBatch(scale: try part.number("scale", in: scales) ?? 20)
    case .cosent: loss = .cosent(scale: try part.number("scale", in: scales) ?? 20)
    case .simcse: loss = .simcse(scale: try part.number("scale", in: scales) ?? 20)
    case .angle: loss = .angle(scale: try part.number("scale", in: scales) ?? 20)
    case .triplet:
      let distance = try part.choice("distance", of: Distance.self) ?? .cosine
      let margin = try part.number("margin", in: 0...1e3) ?? (distance == .cosine ? 0.5 : 5)
      loss = .triplet(margin: margin, distance: distance)
    }
  }
}
