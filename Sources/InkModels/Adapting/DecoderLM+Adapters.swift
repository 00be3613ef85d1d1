package import InkNN
import InkTensor

extension DecoderLM {
  /// The linear maps and tables that adapters may change, in the order of the layers.
  package var adapterSites: [AdapterSite] {
    var walk = LinearSiteList()
    walk.sites.append(AdapterSite(name: "embedding", kind: .table, weight: embedding.table.weight, bias: nil))
    _ = walked(by: &walk)
    return walk.sites
  }

  /// The biases of norms that adapters may put others in the place of, in the order of the layers.
  package var biasSites: [BiasSite] {
    var walk = LinearSiteList()
    _ = walked(by: &walk)
    return walk.biases
  }

  /// The same model with adapters; its own weights are shared, not copied.
  ///
  /// - Throws: `unusedTensor` for a delta of something that the model does not have, `shapeMismatch` for one of another
  ///   shape, `unsupported` for what it cannot compute, `invalidConfiguration` for a name that is there already.
  package func attaching(_ more: [ModelAdapter]) throws(ModelLoadError) -> DecoderLM {
    var attached = adapters
    for adapter in more {
      guard attached.updateValue(adapter, forKey: adapter.name) == nil else {
        throw ModelLoadError(.invalidConfiguration, context: "adapter \(adapter.name)", found: "the name twice")
      }
      try check(adapter)
    }
    var table = embedding.table
    for adapter in more {
      if let delta = adapter.tables["embedding"] { table = table.adding(delta, of: adapter.name) }
    }
    var walk = LinearAttachment(adapters: more)
    var model = walked(by: &walk)
    model.embedding = Embedding(
      table: table, projection: model.embedding.projection, scale: embedding.scale, positions: embedding.positions,
      norm: model.embedding.norm)
    model.adapters = attached
    return model
  }

  /// The names of what is attached, in alphabetical order.
  package var adapterNames: [AdapterName] { adapters.keys.sorted { $0.text < $1.text } }

  /// How many positions the virtual tokens of an adapter take.
  package func virtualTokenCount(of adapter: AdapterName) -> Int { adapters[adapter]?.virtualTokens?.count ?? 0 }

  private func check(_ adapter: ModelAdapter) throws(ModelLoadError) {
    let sites = Dictionary(adapterSites.map { ($0.name, $0) }) { first, _ in first }
    for (name, deltas) in adapter.linears.sorted(by: { $0.key < $1.key }) {
      guard let site = sites[name], site.kind == .linear else { throw unknown(name, adapter) }
      for delta in deltas {
        if name == "head", !delta.isOneProduct {
          throw ModelLoadError(
            .unsupported, context: "adapter \(adapter.name): the head",
            expected: "a low-rank change, or another map in its place", found: "a change of another kind")
        }
        guard delta.fits(site) else {
          throw ModelLoadError(
            .shapeMismatch, context: "adapter \(adapter.name): \(name)",
            expected: "changes of a map from \(site.inputs) to \(site.outputs)", found: "\(delta.shapes)")
        }
      }
    }
    for (name, delta) in adapter.tables.sorted(by: { $0.key < $1.key }) {
      guard let site = sites[name], site.kind == .table else { throw unknown(name, adapter) }
      guard delta.fits(site) else {
        throw ModelLoadError(
          .shapeMismatch, context: "adapter \(adapter.name): \(name)",
          expected: "changes of a table [\(site.outputs), \(site.inputs)]", found: "others")
      }
    }
    try adapter.check(for: biasSites)
    try checkPrompts(adapter)
    guard let tokens = adapter.virtualTokens else { return }
    switch tokens {
    case .embedded(let source):
      try check(source, width: spec.width, adapter)
    case .keysAndValues(let source):
      guard let shape = prefixShape else {
        throw ModelLoadError(
          .unsupported, context: "adapter \(adapter.name): a prefix of keys and values",
          expected: "layers with the same heads", found: "layers that differ or compress their keys")
      }
      try check(source, width: shape.rowWidth, adapter)
    }
  }

  private func checkPrompts(_ adapter: ModelAdapter) throws(ModelLoadError) {
    guard !adapter.attentionPrompts.isEmpty else { return }
    var walk = AttentionList()
    _ = walked(by: &walk)
    for (name, prompt) in adapter.attentionPrompts.sorted(by: { $0.key < $1.key }) {
      guard let attention = walk.attentions[name] else { throw unknown(name, adapter) }
      if let refusal = attention.refusal(of: prompt.placement) {
        throw ModelLoadError(
          .unsupported, context: "adapter \(adapter.name): \(name)",
          expected: "attention as LLaMA has it", found: refusal,
          hint: "Prompts in attention (LLaMA-Adapter) are for models such as LLaMA, Mistral and GPT-2.")
      }
      guard prompt.fits(key: attention.key, value: attention.value) else {
        throw ModelLoadError(
          .shapeMismatch, context: "adapter \(adapter.name): \(name)",
          expected: "rows of \(attention.key.weight.inputs) numbers and one gate", found: prompt.shapes)
      }
    }
  }

  private func check(_ source: PromptSource, width: Int, _ adapter: ModelAdapter) throws(ModelLoadError) {
    guard source.width == width else {
      throw ModelLoadError(
        .shapeMismatch, context: "adapter \(adapter.name): virtual tokens", expected: "\(width) numbers for each",
        found: "\(source.width)")
    }
  }

  private func unknown(_ name: String, _ adapter: ModelAdapter) -> ModelLoadError {
    ModelLoadError(
      .unusedTensor, context: "adapter \(adapter.name): \(name)", expected: "a part of the model",
      hint: "The adapter was made for another model.")
  }

  /// The same model with what the walk makes of its parts.
  private func walked(by walk: inout some LinearWalk) -> DecoderLM {
    var model = self
    model.embedding = Embedding(
      table: embedding.table, projection: embedding.projection.map { walk.visit("embedding.projection", $0) },
      scale: embedding.scale, positions: embedding.positions,
      norm: embedding.norm.map { walk.visit("embeddingNorm", $0) })
    model.blocks = blocks.enumerated().map { index, block in block.walked("layers.\(index)", by: &walk) }
    model.finalNorm = finalNorm.map { walk.visit("finalNorm", $0) }
    model.head = Head(
      input: head.input.map { walk.visit("head.projection", $0) }, projection: walk.visit("head", head.projection),
      rows: head.rows, softCap: head.softCap, scale: head.scale)
    return model
  }
}

/// Notes which layers have attention with grouped queries.
private struct AttentionList: LinearWalk {
  var attentions: [String: GroupedAttention] = [:]

  func visit(_ name: String, _ map: Linear) -> Linear { map }

  mutating func prompts(of name: String, _ attention: GroupedAttention) -> [AttachedPrompt] {
    attentions[name] = attention
    return []
  }
}
