/// From the names and layouts of a checkpoint to those of a model, and back: a list of rules, no code.
///
/// ```swift
/// let map: WeightMap = [
///   .rename("model.embed_tokens.weight", to: "embedding.weight"),
///   .rename("model.layers.*.self_attn.{q,k}_proj.weight", to: "layers.*.attention.{query,key}.weight"),
///   .split("model.layers.*.mlp.gate_up_proj.weight", into: ["layers.*.mlp.gate.weight", "layers.*.mlp.up.weight"]),
///   .drop("model.layers.*.self_attn.rotary_emb.inv_freq"),
/// ]
/// let weights = try map.load(try SafetensorsModel.open("model.safetensors"))
/// try weights.requireComplete()
/// let query = try weights.stored("layers.0.attention.query.weight")
/// ```
///
/// The first rule that fits a name has it.
public struct WeightMap: Sendable, Hashable, ExpressibleByArrayLiteral {
  /// The rules, in order.
  public let rules: [WeightRule]

  /// A map of the given rules.
  public init(_ rules: [WeightRule]) { self.rules = rules }

  public init(arrayLiteral elements: WeightRule...) { self.init(elements) }

  /// The rules of both maps, this one's first.
  public static func + (left: WeightMap, right: WeightMap) -> WeightMap { WeightMap(left.rules + right.rules) }

  /// The model's view of a checkpoint. Nothing is read or copied before a tensor is asked for.
  ///
  /// - Parameter decoding: what becomes of the checkpoint's tensors before the rules see them.
  /// - Throws: `malformed` for a rule whose sides do not fit each other; `duplicate` when two tensors of the
  ///   checkpoint become the same one.
  public func load(
    _ source: any TensorSource, decoding: WeightDecoding = .asStored
  ) throws(FormatError) -> MappedWeights {
    var steps: [WeightStep] = []
    for rule in rules { steps.append(contentsOf: try WeightStep.steps(rule)) }
    return try MappedWeights(steps, source: source, decoding: decoding)
  }

  /// The tensors of a model under the names and layouts of the checkpoint format.
  ///
  /// Dropped tensors do not come back. Where several names lead to one, the first is written.
  ///
  /// - Throws: `missing` when a tensor has no rule or a fused tensor lacks a part, naming them; `shapeMismatch`.
  public func export(_ source: any TensorSource) throws(FormatError) -> [StoredTensor] {
    let mapped = try exporting(source)
    var tensors: [StoredTensor] = []
    for name in mapped.names { tensors.append(try mapped.stored(name)) }
    return tensors
  }

  /// As ``export(_:)``, with each tensor made when it is asked for.
  ///
  /// - Throws: `missing`, `unsupported` when a tensor has no rule or a fused tensor lacks a part, naming them.
  public func exporting(_ source: any TensorSource) throws(FormatError) -> MappedWeights {
    var steps: [WeightStep] = []
    for rule in rules { steps.append(contentsOf: try WeightStep.steps(rule).compactMap(\.inverse)) }
    let mapped = try MappedWeights(steps, source: source, decoding: .asStored)
    try mapped.requireComplete()
    return mapped
  }
}
