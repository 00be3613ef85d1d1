/// Decides which files of a repository make up a model, from their names alone.
package enum ModelFileChoice {
  /// What a choice leads to.
  package enum Choice: Sendable, Equatable {
    /// GGUF shards in order.
    case gguf([String])
    /// Weights, configuration and tokenizer files.
    case folder([String])
  }

  /// Quantizations taken when none is asked for and a repository has only GGUF files, best first.
  private static let preferred = ["q4_k_m", "q4_0", "q4_1", "q5_k_m", "q6_k", "q8_0"]

  /// The files of `paths` for a model, with the quantization a user named, if any.
  ///
  /// - Throws: `HubError` with code `noMatchingFile` that lists what there is.
  package static func choose(
    from paths: [String], quantization: String?, in model: String
  ) throws(HubError) -> Choice {
    let sets = ggufSets(paths)
    let tensors = paths.filter { $0.hasSuffix(".safetensors") && !$0.contains("/") }
    if let quantization {
      let wanted = quantization.lowercased()
      // The shortest name wins: `model-Q4_0` before `model-draft-Q4_0`.
      let fitting = sets.filter { $0.stem.lowercased().endsAsWord(with: wanted) }
        .sorted { ($0.stem.utf8.count, $0.stem) < ($1.stem.utf8.count, $1.stem) }
      guard let set = fitting.first else { throw none(model, "a GGUF file for \(quantization)", sets) }
      return .gguf(try set.ordered(model))
    }
    if tensors.isEmpty, !sets.isEmpty {
      if sets.count == 1 { return .gguf(try sets[0].ordered(model)) }
      for name in preferred {
        if let set = sets.first(where: { $0.stem.lowercased().endsAsWord(with: name) }) {
          return .gguf(try set.ordered(model))
        }
      }
      throw none(model, "one GGUF file, or a quantization after a colon", sets)
    }
    let files = folderFiles(paths, tensors)
    guard files.contains("config.json"), files.contains(where: { isWeights($0) }) else {
      throw HubError(
        .noMatchingFile, context: model, expected: "config.json and weights in .safetensors, or a .gguf file",
        found: "\(paths.count) files without them", hint: "Look at the files on the hub's page")
    }
    return .folder(files)
  }

  /// Whether these shards would be taken whatever else the repository holds.
  static func isFirstPreference(_ paths: [String]) -> Bool {
    guard let first = paths.first, let name = preferred.first else { return false }
    return shard(String(first.dropLast(5))).stem.lowercased().endsAsWord(with: name)
  }

  private static func isWeights(_ path: String) -> Bool { path.hasSuffix(".safetensors") || path.hasSuffix(".bin") }

  private static func folderFiles(_ paths: [String], _ tensors: [String]) -> [String] {
    // `consolidated…` is the same weights once more, in their maker's own layout.
    let own = tensors.filter { !$0.hasPrefix("consolidated") }
    let weights = own.isEmpty ? tensors : own
    return paths.filter { path in
      if path.hasSuffix(".safetensors") { return weights.contains(path) }
      let depth = path.split(separator: "/").count
      // Sentence encoders keep the settings of their stages in folders of their own.
      if depth > 1 { return depth == 2 && path.hasSuffix("/config.json") && !path.hasPrefix("onnx/") }
      if path.hasPrefix("pytorch_model"), path.hasSuffix(".bin") || path.hasSuffix(".bin.index.json") {
        return weights.isEmpty
      }
      return [".json", ".jinja", ".model", ".tiktoken"].contains { path.hasSuffix($0) }
        || ["merges.txt", "vocab.txt"].contains(path)
    }
  }

  private struct GGUFSet {
    /// The path without the shard number and the extension.
    let stem: String
    var shards: [(number: Int, path: String)]
    let count: Int

    /// The shards in order; all must be there.
    func ordered(_ model: String) throws(HubError) -> [String] {
      let sorted = shards.sorted { $0.number < $1.number }
      guard sorted.map(\.number) == Array(1...count) else {
        throw HubError(
          .noMatchingFile, context: "\(model): \(stem)", expected: "\(count) shards", found: "\(shards.count)",
          hint: "Choose another quantization")
      }
      return sorted.map(\.path)
    }
  }

  private static func ggufSets(_ paths: [String]) -> [GGUFSet] {
    var sets: [GGUFSet] = []
    for path in paths where path.lowercased().hasSuffix(".gguf") {
      let file = path.split(separator: "/").last.map(String.init) ?? path
      // Vision projectors and importance matrices are not models of their own.
      if file.lowercased().hasPrefix("mmproj") || file.lowercased().contains("imatrix") { continue }
      let (stem, number, count) = shard(String(path.dropLast(5)))
      if let index = sets.firstIndex(where: { $0.stem == stem && $0.count == count }) {
        sets[index].shards.append((number, path))
      } else {
        sets.append(GGUFSet(stem: stem, shards: [(number, path)], count: count))
      }
    }
    return sets
  }

  /// Splits `name-00001-of-00003`.
  private static func shard(_ name: String) -> (stem: String, number: Int, count: Int) {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 4, parts[parts.count - 2] == "of", parts[parts.count - 1].utf8.count == 5,
      parts[parts.count - 3].utf8.count == 5, let number = Int(parts[parts.count - 3]),
      let count = Int(parts[parts.count - 1]),
      number >= 1, count >= number
    else { return (name, 1, 1) }
    return (parts.dropLast(3).joined(separator: "-"), number, count)
  }

  private static func none(_ model: String, _ expected: String, _ sets: [GGUFSet]) -> HubError {
    let names = sets.prefix(24).map(\.stem).joined(separator: ", ")
    return HubError(
      .noMatchingFile, context: model, expected: expected, found: sets.isEmpty ? "no GGUF file" : names,
      hint: sets.isEmpty
        ? "Leave out the quantization, or choose a repository with GGUF files"
        : "Write the quantization after a colon: \(model.prefix { $0 != "@" }):Q4_0")
  }
}

extension String {
  /// Whether the text ends with `word` and does not merely end in the middle of another word (Q4_0 in IQ4_0).
  fileprivate func endsAsWord(with word: String) -> Bool {
    guard hasSuffix(word) else { return false }
    guard let before = dropLast(word.count).last else { return true }
    return !(before.isLetter || before.isNumber || before == "_")
  }
}
