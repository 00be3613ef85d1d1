import InkFormats
import InkNN

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Stretching of rotary positions, under `rope_parameters` or `rope_scaling`.
extension ModelConfiguration {
  /// The scaling described by this section.
  func rotaryScaling(
    width: Int, model: ModelConfiguration
  ) throws(ModelLoadError) -> RotaryEmbedding.Scaling {
    var name = try text("rope_type")
    if name == nil { name = try text("type") }
    guard let name else {
      if node["factor"].ifPresent == nil { return .none }
      throw ModelLoadError(
        .invalidConfiguration, context: "\(node.path).rope_type",
        expected: "the kind of scaling, since there is a factor",
        found: "nothing")
    }
    switch name {
    case "default": return .none
    case "linear": return .linear(factor: try factor())
    case "divided": return .divided(by: try factors("factors", count: width / 2))
    case "llama3":
      let low = try number("low_freq_factor")
      let high = try number("high_freq_factor")
      guard high > low else {
        throw ModelLoadError(
          .invalidConfiguration, context: "\(node.path).high_freq_factor", expected: "more than \(low)",
          found: "\(high)")
      }
      return .llama3(
        factor: try factor(), lowFrequencyFactor: low, highFrequencyFactor: high,
        originalContext: try originalContext(model))
    case "yarn": return .yarn(try yarn(model))
    case "dynamic":
      return .dynamicNTK(factor: try factor(), originalContext: try model.positive("max_position_embeddings"))
    // Phi-3 wrote "su" before the method was published under its name.
    case "longrope", "su": return .longRoPE(try longRoPE(width: width, model))
    default:
      throw ModelLoadError(
        .unsupported, context: "\(node.path).rope_type",
        expected: "default, linear, dynamic, llama3, yarn or longrope",
        found: ModelLoadError.quoted(name))
    }
  }

  private func yarn(_ model: ModelConfiguration) throws(ModelLoadError) -> RotaryEmbedding.YaRN {
    let factor = try factor()
    var attention = node["attention_factor"].ifPresent == nil ? nil : try number("attention_factor")
    if attention == nil, node["mscale"].ifPresent != nil, node["mscale_all_dim"].ifPresent != nil {
      attention =
        RotaryEmbedding.YaRN.magnitude(factor, scale: try number("mscale"))
        / RotaryEmbedding.YaRN.magnitude(factor, scale: try number("mscale_all_dim"))
    }
    var settings = RotaryEmbedding.YaRN(
      factor: factor, originalContext: try originalContext(model), betaFast: try number("beta_fast", default: 32),
      betaSlow: try number("beta_slow", default: 1), attentionFactor: attention)
    // GGUF's `attn_factor` is no replacement: llama.cpp multiplies the usual magnitude with it.
    settings.attentionFactor *= try number("attention_multiplier", default: 1)
    return settings
  }

  private func factor() throws(ModelLoadError) -> Double {
    let factor = try number("factor")
    guard factor > 0 else {
      throw ModelLoadError(
        .invalidConfiguration, context: "\(node.path).factor", expected: "a positive number", found: "\(factor)")
    }
    return factor
  }

  private func originalContext(_ model: ModelConfiguration) throws(ModelLoadError) -> Int {
    if node["original_max_position_embeddings"].ifPresent != nil {
      return try positive("original_max_position_embeddings")
    }
    return try model.positive("max_position_embeddings")
  }

  private func longRoPE(
    width: Int, _ model: ModelConfiguration
  ) throws(ModelLoadError) -> RotaryEmbedding.LongRoPE {
    // The context of pretraining stands beside the section in older files.
    let original: Int
    if node["original_max_position_embeddings"].ifPresent == nil {
      original = try model.positive("original_max_position_embeddings", default: try originalContext(model))
    } else {
      original = try originalContext(model)
    }
    let attention: Double
    if node["attention_factor"].ifPresent != nil {
      attention = try number("attention_factor")
    } else {
      let context = Double(try model.positive("max_position_embeddings"))
      let stretch = node["factor"].ifPresent == nil ? context / Double(original) : try factor()
      attention = stretch <= 1 || original < 2 ? 1 : (1 + log(stretch) / log(Double(original))).squareRoot()
    }
    return RotaryEmbedding.LongRoPE(
      short: try factors("short_factor", count: width / 2), long: try factors("long_factor", count: width / 2),
      originalContext: original, attentionFactor: attention)
  }

  /// Positive numbers that frequencies are divided by.
  private func factors(_ key: String, count: Int) throws(ModelLoadError) -> [Float] {
    let factors = try numbers(key)?.map { Float($0) } ?? []
    guard factors.count == count, factors.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw ModelLoadError(
        .invalidConfiguration, context: "\(node.path).\(key)", expected: "\(count) positive numbers",
        found: "\(factors.count) of which \(factors.count { $0 > 0 && $0.isFinite }) are positive")
    }
    return factors
  }

  /// The most positions of a sequence. Where positions are stretched, published configurations may still count those of
  /// pretraining alone: Vicuna's and LongChat's say the length beside them, those of Qwen 2.5 leave it to the factor.
  func contextLength(_ scaling: RotaryEmbedding.Scaling, default fallback: Int) throws(ModelLoadError) -> Int {
    let stated = try positive("max_position_embeddings", default: fallback)
    switch scaling {
    case .none, .llama3, .divided, .longRoPE: return stated
    case .linear: return max(stated, try positive("max_sequence_length", default: stated))
    case .yarn(let settings): return ModelConfiguration.stretched(settings.originalContext, settings.factor, stated)
    case .dynamicNTK(let factor, let context): return ModelConfiguration.stretched(context, factor, stated)
    }
  }

  private static func stretched(_ context: Int, _ factor: Double, _ stated: Int) -> Int {
    let length = (Double(context) * factor).rounded(.down)
    return length <= Double(largestExtent) ? max(Int(length), stated) : stated
  }
}
