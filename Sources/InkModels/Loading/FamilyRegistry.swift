import InkFormats

/// The families this library knows.
public enum FamilyRegistry {
  /// All of them, in no order that matters: names are unique.
  public static let families: [any ModelFamily.Type] = [
    Aquila.self, Baichuan.self, Bloom.self, ChatGLM.self, CodeGen.self, Falcon.self, GLM.self, GPT2.self, GPTJ.self,
    GPTNeoX.self, Gemma.self, Gemma2.self, Gemma3.self, Granite.self, InternLM.self, InternLM2.self, InternLM3.self,
    Llama.self, MPT.self, OLMo2.self, OPT.self, Phi.self, Phi3.self, Qwen.self, Qwen2.self, Qwen3.self, StableLM.self,
    StarCoder2.self,
  ]

  /// The family of a `model_type`.
  ///
  /// - Throws: `unknownFamily`, naming the nearest known name and all of them.
  public static func family(modelType: String) throws(ModelLoadError) -> any ModelFamily.Type {
    try find(modelType, key: "model_type") { $0.modelTypes }
  }

  /// The family of a GGUF architecture.
  ///
  /// - Throws: `unknownFamily`, naming the nearest known name and all of them.
  public static func family(architecture: String) throws(ModelLoadError) -> any ModelFamily.Type {
    try find(architecture, key: "general.architecture") { $0.architectures }
  }

  private static func find(
    _ name: String, key: String, _ names: (any ModelFamily.Type) -> [String]
  ) throws(ModelLoadError) -> any ModelFamily.Type {
    if let family = families.first(where: { names($0).contains(name) }) { return family }
    let known = families.flatMap(names).sorted()
    // A name that goes on where this one ends is nearer than any misspelling: gemma3 is gemma3_text.
    let related = known.filter { !name.isEmpty && $0.hasPrefix(name) }
    let nearest = (related.isEmpty ? known : related).min { distance($0, name) < distance($1, name) } ?? ""
    throw ModelLoadError(
      .unknownFamily, context: key, expected: "one of \(known.joined(separator: ", "))",
      found: ModelLoadError.quoted(name),
      hint: "The nearest known name is \"\(nearest)\".")
  }

  /// The number of single-character edits between two names (Levenshtein).
  private static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.utf8.prefix(80)), Array(b.utf8.prefix(80)))
    var row = Array(0...b.count)
    for (i, left) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, right) in b.enumerated() {
        let substituted = diagonal + (left == right ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}
