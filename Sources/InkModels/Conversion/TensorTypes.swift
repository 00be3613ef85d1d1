package import InkFormats
package import InkTensor

/// Chooses the type of each tensor of a GGUF file. For packed types the choice is that of llama.cpp's file types:
/// more bits for values of attention, for the way down of the feed-forward, for the first and last layers and for the
/// output; another type where rows are no whole number of blocks.
package struct TensorTypes {
  private let type: ConvertedType
  private let facts: Facts
  /// The place of a tensor among those of its role, in the order of layers.
  private let places: [String: Int]
  private let values: Int

  /// What the choice depends on beyond the tensor.
  private struct Facts {
    var architecture = ""
    var layers = 0
    var experts = 0
    /// Query heads that share a key-value head.
    var queriesPerKey = 1
    var hasOwnOutput = false

    var isFalcon: Bool { architecture == "falcon" }
    /// The models whose values are eight times smaller than their queries.
    var isLargeGrouped: Bool {
      layers == 80 && (architecture == "qwen2" || architecture == "llama" && queriesPerKey > 1)
    }
  }

  /// - Parameters:
  ///   - metadata: that of the file to be written.
  ///   - tensors: all tensors of the file.
  package init(_ type: ConvertedType, _ metadata: GGUFMetadata, _ tensors: [String]) {
    self.type = type
    var facts = Facts()
    if case .string(let name)? = metadata["general.architecture"] { facts.architecture = name }
    // A file that is only rewritten may say anything here; no model has more of them.
    func number(_ key: String) -> Int? {
      metadata["\(facts.architecture).\(key)"]?.int.map { min(max($0, 0), ModelConfiguration.largestExtent) }
    }
    facts.layers = number("block_count") ?? 0
    facts.experts = number("expert_count") ?? 0
    let heads = number("attention.head_count") ?? 1
    facts.queriesPerKey = heads / max(number("attention.head_count_kv") ?? heads, 1)
    facts.hasOwnOutput = tensors.contains("output.weight")
    self.facts = facts
    var places: [String: Int] = [:]
    var counts: [TensorRole: Int] = [:]
    for name in tensors.sorted(by: { (TensorRole.layer($0), $0) < (TensorRole.layer($1), $1) }) {
      let role = TensorRole(name)
      places[name] = counts[role, default: 0]
      counts[role, default: 0] += 1
    }
    self.places = places
    values = counts[.attentionValue, default: 0]
  }

  /// The type of a tensor and, where its rows are no whole blocks of the one that was meant, that one.
  package func choice(_ info: TensorInfo) -> (type: ElementType, meant: BlockFormat?) {
    guard ConvertedType.isFloat(info.type) else { return (info.type, nil) }
    if info.shape.rank < 2 || ConvertedType.staysWide(info.name) { return (.dense(.f32), nil) }
    let wanted: BlockFormat
    switch type {
    case .asStored: return (ConvertedType.stored(info.type), nil)
    case .format(let format):
      if format.dtype != nil { return (ElementType(format), nil) }
      wanted = edge(info, base: format) ?? besideExperts(info.name) ?? format
    case .mix(let mix):
      wanted = edge(info, base: mix.base) ?? besideExperts(info.name) ?? raised(info.name, mix) ?? mix.base
    }
    let fitting = TensorTypes.fitting(wanted, row: info.shape[-1])
    return (ElementType(fitting), fitting == wanted ? nil : wanted)
  }

  /// The type of embedding and output, which is one tensor in models that tie them.
  private func edge(_ info: TensorInfo, base: BlockFormat) -> BlockFormat? {
    switch TensorRole(info.name) {
    case .output: break
    case .embedding:
      if facts.hasOwnOutput { return base == .tq1_0 || base == .tq2_0 ? .q4_K : nil }
    case .attentionValue, .attentionKey, .attentionOutput, .feedForwardDown, .other: return nil
    }
    // The type with the blocks that rows would have to fill is the base, not the one it is raised to.
    if facts.isFalcon || info.shape[-1] % base.elementsPerBlock != 0 || base == .mxfp4 { return .q8_0 }
    return base == .q8_0 ? nil : .q6_K
  }

  /// Keys and values of a model with eight experts are small beside those and get 8 bits in every file.
  private func besideExperts(_ name: String) -> BlockFormat? {
    switch TensorRole(name) {
    case .attentionValue, .attentionKey: facts.experts == 8 ? .q8_0 : nil
    case .embedding, .output, .attentionOutput, .feedForwardDown, .other: nil
    }
  }

  /// The type of a tensor in a mix where it is not the mix's own; nil otherwise.
  private func raised(_ name: String, _ mix: QuantizationMix) -> BlockFormat? {
    switch TensorRole(name) {
    case .attentionValue: value(places[name] ?? 0, mix)
    case .attentionOutput: attentionOutput(mix)
    case .feedForwardDown: down(facts.experts > 1 ? TensorRole.layer(name) : places[name] ?? 0, mix)
    case .embedding, .output, .attentionKey, .other: nil
    }
  }

  /// The first and the last eighth, and every third in between.
  private func deservesMore(_ place: Int, of count: Int) -> Bool {
    place < count / 8 || place >= 7 * count / 8 || (place - count / 8) % 3 == 2
  }

  private func value(_ place: Int, _ mix: QuantizationMix) -> BlockFormat? {
    var format: BlockFormat?
    switch mix {
    case .q2_K: format = facts.queriesPerKey >= 4 ? .q4_K : .q3_K
    case .q3_K_M: format = place < 2 ? .q5_K : .q4_K
    case .q3_K_L: format = .q5_K
    case .q4_K_S: format = place < 4 ? .q5_K : nil
    case .q4_K_M, .q5_K_M: format = deservesMore(place, of: values) ? .q6_K : nil
    case .q3_K_S, .q5_K_S, .q6_K: break
    }
    let chosen = format ?? mix.base
    return facts.isLargeGrouped && (chosen == .q3_K || chosen == .q4_K) ? .q5_K : format
  }

  private func attentionOutput(_ mix: QuantizationMix) -> BlockFormat? {
    if facts.isFalcon { return mix == .q3_K_L ? .q4_K : nil }
    switch (mix, facts.experts == 8) {
    case (.q2_K, true), (.q3_K_S, true), (.q3_K_M, true), (.q4_K_S, true), (.q4_K_M, true): return .q5_K
    case (.q2_K, false): return .q3_K
    case (.q3_K_M, false): return .q4_K
    case (.q3_K_L, false): return .q5_K
    case (.q3_K_L, true), (.q3_K_S, false), (.q4_K_S, false), (.q4_K_M, false), (.q5_K_S, _), (.q5_K_M, _), (.q6_K, _):
      return nil
    }
  }

  private func down(_ place: Int, _ mix: QuantizationMix) -> BlockFormat? {
    let count = facts.layers
    let more = deservesMore(place, of: count)
    switch mix {
    case .q2_K: return .q3_K
    case .q3_K_M:
      if place < count / 16 { return .q5_K }
      return !facts.isFalcon || more ? .q4_K : nil
    case .q3_K_L: return facts.isFalcon ? .q4_K : .q5_K
    case .q4_K_S: return !facts.isFalcon && place < count / 8 ? .q5_K : nil
    case .q4_K_M:
      if facts.isFalcon { return place < count / 16 ? .q6_K : more ? .q5_K : nil }
      return more ? .q6_K : nil
    case .q5_K_M: return more ? .q6_K : nil
    case .q3_K_S, .q5_K_S, .q6_K: return nil
    }
  }

  /// The type itself, or the one that takes its place for rows that are no whole blocks of it.
  private static func fitting(_ format: BlockFormat, row: Int) -> BlockFormat {
    if row % format.elementsPerBlock == 0 { return format }
    let smaller: BlockFormat
    switch format {
    case .q2_K, .q3_K, .tq1_0, .tq2_0: smaller = .q4_0
    case .q4_K: smaller = .q5_0
    case .q5_K: smaller = .q5_1
    case .q6_K: smaller = .q8_0
    default: return .f16
    }
    return row % smaller.elementsPerBlock == 0 ? smaller : .f16
  }
}
