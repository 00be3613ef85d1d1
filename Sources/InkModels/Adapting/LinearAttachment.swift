import InkNN
import InkTensor

/// Notes the linear maps of a model, and the biases of its other parts.
struct LinearSiteList: LinearWalk {
  var sites: [AdapterSite] = []
  var biases: [BiasSite] = []

  mutating func visit(_ name: String, _ map: Linear) -> Linear {
    sites.append(AdapterSite(name: name, kind: .linear, weight: map.weight, bias: map.bias))
    return map
  }

  mutating func visit(_ name: String, _ norm: Norm) -> Norm {
    if let bias = norm.bias { biases.append(BiasSite(name: name, bias: bias)) }
    return norm
  }

  mutating func visitShared(_ name: String, _ map: Linear) -> Linear {
    if let bias = map.bias { biases.append(BiasSite(name: name, bias: bias)) }
    return map
  }
}

/// Puts what adapters change where it belongs.
struct LinearAttachment: LinearWalk {
  let adapters: [ModelAdapter]

  func visit(_ name: String, _ map: Linear) -> Linear {
    map.adding(
      adapters.flatMap { adapter in
        (adapter.linears[name] ?? []).map { AttachedDelta(adapter: adapter.name, delta: $0) }
      })
  }

  func visit(_ name: String, _ norm: Norm) -> Norm {
    norm.adding(
      adapters.compactMap { adapter in adapter.biases[name].map { AttachedBias(adapter: adapter.name, bias: $0) } })
  }

  func visitShared(_ name: String, _ map: Linear) -> Linear {
    map.adding(
      adapters.compactMap { adapter in
        adapter.biases[name].map { AttachedDelta(adapter: adapter.name, delta: .bias($0)) }
      })
  }

  func prompts(of name: String, _ attention: GroupedAttention) -> [AttachedPrompt] {
    adapters.compactMap { adapter in
      adapter.attentionPrompts[name].map { AttachedPrompt(adapter: adapter.name, prompt: $0) }
    }
  }
}

extension ModelAdapter {
  private func checkVirtualTokens(width: Int, prefix: PrefixShape?) throws(ModelLoadError) {
    let (expected, source): (Int, PromptSource)
    switch virtualTokens {
    case nil: return
    case .embedded(let rows)?: (expected, source) = (width, rows)
    case .keysAndValues(let rows)?:
      guard let prefix else {
        throw ModelLoadError(
          .unsupported, context: "adapter \(name): a prefix of keys and values", expected: PrefixShape.need,
          found: "other layers")
      }
      (expected, source) = (prefix.rowWidth, rows)
    }
    guard source.width == expected else {
      throw ModelLoadError(
        .shapeMismatch, context: "adapter \(name): virtual tokens", expected: "\(expected) numbers for each",
        found: "\(source.width)")
    }
  }

  /// Refuses biases of what has none.
  func check(for sites: [BiasSite]) throws(ModelLoadError) {
    let shapes = Dictionary(sites.map { ($0.name, $0.bias.shape) }) { first, _ in first }
    for (place, bias) in biases.sorted(by: { $0.key < $1.key }) {
      guard let shape = shapes[place] else {
        throw ModelLoadError(
          .unusedTensor, context: "adapter \(name): \(place)", expected: "a part of the model that has a bias",
          hint: "The adapter was made for another model.")
      }
      guard bias.shape == shape else {
        throw ModelLoadError(
          .shapeMismatch, context: "adapter \(name): \(place)", expected: "a bias \(shape)", found: "\(bias.shape)")
      }
    }
  }

  /// Refuses what is no change of these maps.
  ///
  /// - Parameters:
  ///   - others: the biases of the other parts.
  ///   - width: of the model, which rows in place of embeddings have.
  ///   - prefix: what keys and values of a prefix are made for; nil where the model takes none.
  /// - Throws: `unusedTensor` for a delta of something that the model does not have, `shapeMismatch` for one of another
  ///   shape, `unsupported` for tables and for rows behind a gate in attention.
  func check(
    for maps: [AdapterSite], _ others: [BiasSite], width: Int, prefix: PrefixShape?
  ) throws(ModelLoadError) {
    try check(for: others)
    guard tables.isEmpty, attentionPrompts.isEmpty else {
      throw ModelLoadError(
        .unsupported, context: "adapter \(name)", expected: "changes of linear maps, or rows before the tokens",
        found: tables.isEmpty ? "rows behind a gate in attention" : "changes of a table",
        hint: "Models with an encoder take adapters such as LoRA, DoRA, IA3, prompt tuning and prefix tuning.")
    }
    try checkVirtualTokens(width: width, prefix: prefix)
    let sites = Dictionary(maps.map { ($0.name, $0) }) { first, _ in first }
    for (place, deltas) in linears.sorted(by: { $0.key < $1.key }) {
      guard let site = sites[place] else {
        throw ModelLoadError(
          .unusedTensor, context: "adapter \(name): \(place)", expected: "a part of the model",
          hint: "The adapter was made for another model.")
      }
      if place == "head", !deltas.allSatisfy(\.isOneProduct) {
        throw ModelLoadError(
          .unsupported, context: "adapter \(name): the head",
          expected: "a low-rank change, or another map in its place", found: "a change of another kind")
      }
      guard deltas.allSatisfy({ $0.fits(site) }) else {
        throw ModelLoadError(
          .shapeMismatch, context: "adapter \(name): \(place)",
          expected: "changes of a map from \(site.inputs) to \(site.outputs)", found: "\(deltas.map(\.shapes))")
      }
    }
  }
}
