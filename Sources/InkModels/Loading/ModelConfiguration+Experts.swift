import InkFormats
public import InkTensor

extension ModelConfiguration {
  /// The key that experts are counted by: families spell it differently.
  private var expertCountKey: String { spelling("num_experts", "num_local_experts", "n_routed_experts") }

  /// Whether there are experts at all.
  public var hasExperts: Bool { node[expertCountKey].ifPresent != nil }

  /// Experts of a layer, bounded because each becomes a list entry.
  public func expertCount() throws(ModelLoadError) -> Int {
    let key = expertCountKey
    let count = try positive(key)
    guard count <= 1 << 16 else {
      throw ModelLoadError(.invalidConfiguration, context: key, expected: "at most 65536 experts", found: "\(count)")
    }
    return count
  }

  /// The router of every layer with experts, checked: there are as many experts as a token goes through, in the groups
  /// that are kept too.
  public func expertRouter(_ rule: ExpertRouter.Rule) throws(ModelLoadError) -> ExpertRouter {
    let router = ExpertRouter(
      count: try expertCount(), chosen: try positive("num_experts_per_tok"), rule: rule,
      scale: try factor("routed_scaling_factor", default: 1))
    guard router.isPossible else {
      throw ModelLoadError(
        .invalidConfiguration, context: "num_experts_per_tok",
        expected: "at most as many as there are experts, in the groups that are kept too",
        found: "\(router.chosen) of \(router.count) experts, \(rule)")
    }
    return router
  }

  /// Whether the weights of the chosen experts are made to sum to one.
  public func expertNormalization(default fallback: Bool) throws(ModelLoadError) -> ExpertRouter.Normalization {
    try flag("norm_topk_prob", default: fallback) ? .sumToOne : .none
  }

  /// The groups of experts and how many of them are kept, nil when there is only one.
  public func expertGroups() throws(ModelLoadError) -> (groups: Int, kept: Int)? {
    guard node["n_group"].ifPresent != nil else { return nil }
    let groups = try positive("n_group")
    let kept = try positive("topk_group")
    let count = try expertCount()
    guard count % groups == 0, kept <= groups else {
      throw ModelLoadError(
        .invalidConfiguration, context: "n_group",
        expected: "a divisor of \(count) experts, and no more groups kept than there are",
        found: "\(groups) groups, \(kept) kept")
    }
    return groups == 1 ? nil : (groups, kept)
  }

  /// For each layer whether it has experts, as Qwen counts: every few layers, but for those that are listed.
  public func sparseLayers() throws(ModelLoadError) -> [Bool] {
    let step = try positive("decoder_sparse_step", default: 1)
    let dense = Set(try numbers("mlp_only_layers") ?? [])
    return try (0..<layerCount()).map { ($0 + 1) % step == 0 && !dense.contains(Double($0)) }
  }

  /// For each layer whether it has experts, as DeepSeek counts: every few layers from the first that does.
  public func sparseLayersBehindDense() throws(ModelLoadError) -> [Bool] {
    let first = try count("first_k_dense_replace")
    let step = try positive("moe_layer_freq", default: 1)
    return try (0..<layerCount()).map { $0 >= first && $0 % step == 0 }
  }

  /// Layers behind the last one that predict further tokens; few, because each has names of its own.
  public func predictionLayerCount() throws(ModelLoadError) -> Int {
    let key = spelling("num_nextn_predict_layers", "num_mtp_layers")
    let count = try count(key)
    guard count <= 64 else {
      throw ModelLoadError(.invalidConfiguration, context: key, expected: "at most 64 layers", found: "\(count)")
    }
    return count
  }

  /// A whole number that may be zero, which an absent key means.
  public func count(_ key: String) throws(ModelLoadError) -> Int {
    let value = try number(key, default: 0)
    guard value >= 0, value <= Double(ModelConfiguration.largestExtent), value == value.rounded() else {
      throw ModelLoadError(
        .invalidConfiguration, context: key,
        expected: "a whole number from 0 to \(ModelConfiguration.largestExtent)", found: "\(value)")
    }
    return Int(value)
  }

  /// Refuses a setting under `key` other than the one that the family computes.
  public func require(_ key: String, _ expected: String) throws(ModelLoadError) {
    guard let found = try text(key), found != expected else { return }
    throw ModelLoadError(.unsupported, context: key, expected: expected, found: ModelLoadError.quoted(found))
  }
}
