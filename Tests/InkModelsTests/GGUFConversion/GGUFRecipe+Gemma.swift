import InkFormats
import InkTensor

/// Gemma: norm weights as factors, and what files cannot say moved into the weights.
extension GGUFRecipe {
  static func gemma(_ architecture: String) -> GGUFRecipe {
    var names = llamaNames
    if architecture != "gemma" {
      names["post_attention_layernorm"] = ["post_attention_norm"]
      names["pre_feedforward_layernorm"] = ["ffn_norm"]
      names["post_feedforward_layernorm"] = ["post_ffw_norm"]
    }
    var changes: [String: Change] = [:]
    for name in names.keys where name.hasSuffix("norm") {
      changes[name] = { _, tensor in [Tensor(tensor.toArray().map { $0 + 1 }, shape: tensor.shape)] }
    }
    // GGUF has no key for the scale of dot products, which is that of the head width then; the tiny models have another
    // one, so the difference goes into the queries: into their norm where they have one.
    switch architecture {
    case "gemma2": changes["self_attn.q_proj"] = { [$0.scaled($1, by: try queryFactor($0))] }
    case "gemma3":
      changes["self_attn.q_norm"] = { conversion, tensor in
        let factor = try queryFactor(conversion)
        return [Tensor(tensor.toArray().map { ($0 + 1) * factor }, shape: tensor.shape)]
      }
    default: break
    }
    return GGUFRecipe(
      architecture: architecture, names: names, changes: changes, isTiedByDefault: true,
      more: { conversion in
        if architecture != "gemma", let window = try conversion.number("sliding_window") {
          conversion.set("attention.sliding_window", window)
        }
        for cap in ["attn_logit_softcapping", "final_logit_softcapping"] {
          if let value = try conversion.config[cap].ifPresent?.double { conversion.set(cap, value) }
        }
        if architecture == "gemma3" {
          let isSliding = try conversion.config["layer_types"].array.map { try $0.string == "sliding_attention" }
          conversion.set("attention.sliding_window_pattern", .array(.bool(isSliding)))
        }
      })
  }

  private static func queryFactor(_ conversion: GGUFConversion) throws -> Float {
    let scalar = try conversion.config["query_pre_attn_scalar"].double
    return Float((Double(try conversion.headWidth) / scalar).squareRoot())
  }
}
