import InkFormats

extension GLM: GGUFExchange {
  /// llama.cpp reads the first generation as ChatGLM.
  public static func architecture(_ spec: DecoderSpec) -> String {
    spec.layers.first?.wiring == .sandwich ? "glm4" : ChatGLM.architecture(spec)
  }

  private static let publishedPadding = 151_329

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    let isSecond = spec.layers.first?.wiring == .sandwich
    var form = CheckpointForm(
      modelType: isSecond ? "glm4" : "glm", className: isSecond ? "Glm4ForCausalLM" : "GlmForCausalLM",
      keys: CheckpointForm.llamaKeys,
      fixed: [
        ("hidden_act", .string("silu")), ("attention_bias", CheckpointForm.hasInputBias(spec)),
        ("partial_rotary_factor", CheckpointForm.turnedShare(spec)),
      ])
    // Where nothing is said, the published models' padding is meant; a smaller vocabulary does not have it.
    if spec.vocabulary <= publishedPadding { form.fixed.append(("pad_token_id", .null)) }
    return form
  }
}
