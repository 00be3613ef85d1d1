import InkFormats

/// The families this library knows.
public enum FamilyRegistry {
  /// All of them, in no order that matters: names are unique.
  public static let families: [any ModelFamily.Type] = [Llama.self, Qwen2.self, Qwen3.self, Gemma3.self, GPT2.self]

  /// The family of a `model_type`.
  ///
  /// - Throws: `unknownFamily`, naming the nearest known name and all of them.
  public static func family(modelType: String) throws(ModelLoadError) -> any ModelFamily.Type {
    try FamilyName.find(modelType, among: families, key: "model_type") { $0.modelTypes }
  }

  /// The family of a GGUF architecture.
  ///
  /// - Throws: `unknownFamily`, naming the nearest known name and all of them.
  public static func family(architecture: String) throws(ModelLoadError) -> any ModelFamily.Type {
    try FamilyName.find(architecture, among: families, key: "general.architecture") { $0.architectures }
  }
}
