import InkFormats

/// The families this library knows.
public enum FamilyRegistry {
  /// All of them, in no order that matters: names are unique.
  public static let families: [any ModelFamily.Type] = [
    Aquila.self, Baichuan.self, Bloom.self, ChatGLM.self, CodeGen.self, DeepSeekMoE.self, DeepSeekV2.self,
    DeepSeekV3.self, Falcon.self, GLM.self, GPT2.self, GPTJ.self, GPTNeoX.self, Gemma.self, Gemma2.self, Gemma3.self,
    Granite.self, InternLM.self, InternLM2.self, InternLM3.self, Llama.self, MPT.self, Mixtral.self, OLMo2.self,
    OPT.self, Phi.self, Phi3.self, Qwen.self, Qwen2.self, Qwen2MoE.self, Qwen3.self, Qwen3MoE.self, StableLM.self,
    StarCoder2.self,
  ]

  /// The family of a `model_type`.
  ///
  /// - Throws: `unknownFamily`, naming the nearest known name and all of them.
  public static func family(modelType: String) throws(ModelLoadError) -> any ModelFamily.Type {
    try FamilyName.find(modelType, among: families, key: "model_type", elsewhere: EncoderRegistry.kind(of: modelType)) {
      $0.modelTypes
    }
  }

  /// The family of a GGUF architecture.
  ///
  /// - Throws: `unknownFamily`, naming the nearest known name and all of them.
  public static func family(architecture: String) throws(ModelLoadError) -> any ModelFamily.Type {
    try FamilyName.find(
      architecture, among: families, key: "general.architecture", elsewhere: EncoderRegistry.kind(of: architecture)
    ) {
      $0.architectures
    }
  }
}
