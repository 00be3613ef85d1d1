extension ParameterGrouping {
  init(recipe part: inout RecipeReader, loraRatio: Double) throws(TrainingError) {
    var groups: [ParameterGroup] = []
    if let patterns = try part.texts("no_decay") {
      groups.append(ParameterGroup(patterns: patterns.map { ParameterPattern($0) }, weightDecay: 0))
    }
    for var group in try part.parts("groups") ?? [] {
      guard let patterns = try group.texts("match") else { throw group.error("match", expected: "patterns of names") }
      groups.append(
        ParameterGroup(
          patterns: patterns.map { ParameterPattern($0) }, rateFactor: try group.number("rate", in: 0...1e6) ?? 1,
          weightDecay: try group.number("weight_decay", in: 0...1e3)))
      try group.finish()
    }
    self.init(
      weightDecay: try part.number("weight_decay", in: 0...1e3) ?? 0.01, groups: groups,
      layerDecay: try part.number("layer_decay", in: 1e-3...1), loraRatio: loraRatio)
  }
}
