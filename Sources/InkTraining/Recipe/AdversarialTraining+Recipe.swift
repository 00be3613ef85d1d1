extension AdversarialTraining {
  private enum Kind: String, CaseIterable {
    case fgm, pgd, freeat, freelb, smart
  }

  private static let sizes = 1e-9...1e6

  /// Reads the numbers of a kind; those of others are unknown names then.
  init?(_ reader: inout RecipeReader) throws(TrainingError) {
    guard var part = try reader.part("adversarial") else { return nil }
    guard let kind = try part.choice("kind", of: Kind.self) else {
      throw part.error("kind", expected: "one of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    // SMART and FreeAT bound each element, the others the length of all.
    let standard: Float =
      switch kind {
      case .fgm, .pgd, .freelb: 1
      case .freeat: 1e-2
      case .smart: 1e-5
      }
    let epsilon = try part.float("epsilon", in: Self.sizes) ?? standard
    switch kind {
    case .fgm: self = .fgm(epsilon: epsilon)
    case .pgd:
      self = .pgd(
        epsilon: epsilon, alpha: try part.float("alpha", in: Self.sizes) ?? 0.3, steps: try Self.steps(&part, 3))
    case .freeat: self = .freeAT(epsilon: epsilon, replays: try Self.steps(&part, 3))
    case .freelb:
      self = .freeLB(
        epsilon: epsilon, alpha: try part.float("alpha", in: Self.sizes) ?? 0.1,
        start: try part.float("start", in: 0...1e6) ?? 0.05, steps: try Self.steps(&part, 3))
    case .smart:
      self = .smart(
        weight: try part.float("weight", in: 0...1e6) ?? 1, epsilon: epsilon,
        alpha: try part.float("alpha", in: Self.sizes) ?? 1e-3,
        deviation: try part.float("deviation", in: 0...1e3) ?? 1e-5, steps: try Self.steps(&part, 1))
    }
    try part.finish()
  }

  private static func steps(_ part: inout RecipeReader, _ standard: Int) throws(TrainingError) -> Int {
    try part.integer("steps", in: 1...1000) ?? standard
  }
}
