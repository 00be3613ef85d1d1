extension ScheduleShape {
  private enum Kind: String, CaseIterable {
    case constant, linear, cosine, wsd
    case inverseRoot = "inverse_sqrt"
  }

  /// Reads what a kind has; what others have are unknown names then.
  static func read(_ reader: inout RecipeReader) throws(TrainingError) -> (ScheduleShape, warmUpSteps: Int) {
    guard var part = try reader.part("schedule") else { return (.constant, 0) }
    let kind = try part.choice("kind", of: Kind.self) ?? .constant
    let warmUp = try part.integer("warmup", in: 0...1 << 40) ?? 0
    let shape: ScheduleShape
    switch kind {
    case .constant: shape = .constant
    case .linear: shape = .linear(floor: try floor(&part))
    case .cosine: shape = .cosine(floor: try floor(&part))
    case .inverseRoot: shape = .inverseSquareRoot(timescale: try part.integer("timescale", in: 1...1 << 40))
    case .wsd:
      guard let decay = try part.integer("decay", in: 0...1 << 40) else {
        throw part.error("decay", expected: "the number of the last steps, in which the rate falls")
      }
      shape = .warmUpStableDecay(decaySteps: decay, floor: try floor(&part))
    }
    try part.finish()
    return (shape, warmUp)
  }

  private static func floor(_ part: inout RecipeReader) throws(TrainingError) -> Double {
    try part.number("floor", in: 0...1) ?? 0
  }
}
