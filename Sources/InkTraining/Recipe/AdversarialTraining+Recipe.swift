extension AdversarialTraining {
  private enum Kind: String, CaseIterable {
    case fgm, pgd, freeat, freelb, smart
  }

  init?(_ reader: inout RecipeReader) throws(TrainingError) {
    guard var part = try reader.part("adversarial") else { return nil }
    guard let kind = try part.choice("kind", of: Kind.self) else {
      throw part.error("kind", expected: "one of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    let epsilon = Float(try part.number("epsilon", in: 1e-9...1e6) ?? 1)
    func alpha(_ standard: Float) throws(TrainingError) -> Float {
      Float(try part.number("alpha", in: 1e-9...1e6) ?? Double(standard))
    }
    let steps = try part.integer("steps", in: 1...1000)
    switch kind {
    case .fgm: self = .fgm(epsilon: epsilon)
    case .pgd: self = .pgd(epsilon: epsilon, alpha: try alpha(0.3), steps: steps ?? 3)
    case .freeat: self = .freeAT(epsilon: epsilon, replays: steps ?? 3)
    case .freelb:
      self = .freeLB(
        epsilon: epsilon, alpha: try alpha(0.1), start: Float(try part.number("start", in: 0...1e6) ?? 0.05),
        steps: steps ?? 3)
    case .smart:
      self = .smart(
        weight: Float(try part.number("weight", in: 0...1e6) ?? 1), epsilon: epsilon, alpha: try alpha(1e-3),
        deviation: Float(try part.number("deviation", in: 0...1e3) ?? 1e-5), steps: steps ?? 1)
    }
    try part.finish()
  }
}
