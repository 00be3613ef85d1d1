extension SequenceCache {
  /// How many leading positions of a prompt need not be computed again: tokens that are cached, as far as pictures
  /// among them are the same.
  package func commonPrefix(with prompt: ModelPrompt) -> Int {
    var shared = commonPrefix(with: prompt.tokens)
    for index in 0..<max(pictures.count, prompt.pictures.count) {
      let cached = index < pictures.count ? pictures[index] : nil
      let wanted = index < prompt.pictures.count ? prompt.pictures[index] : nil
      // Samples are compared only where they matter.
      let start = min(cached?.positions.lowerBound ?? .max, wanted?.positions.lowerBound ?? .max)
      if start >= shared { break }
      if cached != wanted { shared = start }
    }
    return shared
  }
}
