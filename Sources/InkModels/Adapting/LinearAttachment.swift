import InkNN

/// Notes the linear maps of a model.
struct LinearSiteList: LinearWalk {
  var sites: [AdapterSite] = []

  mutating func visit(_ name: String, _ map: Linear) -> Linear {
    sites.append(AdapterSite(name: name, kind: .linear, weight: map.weight, bias: map.bias))
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

  func prompts(of name: String, _ attention: GroupedAttention) -> [AttachedPrompt] {
    adapters.compactMap { adapter in
      adapter.attentionPrompts[name].map { AttachedPrompt(adapter: adapter.name, prompt: $0) }
    }
  }
}

extension ModelAdapter {
  private var hasKeysAndValues: Bool {
    switch virtualTokens {
    case .keysAndValues?: true
    case .embedded?, nil: false
    }
  }

  /// Refuses what is no change of these maps.
  ///
  /// - Parameter width: of the model, which rows in place of embeddings have.
  /// - Throws: `unusedTensor` for a delta of something that the model does not have, `shapeMismatch` for one of another
  ///   shape, `unsupported` for tables and for rows in attention.
  func check(for maps: [AdapterSite], width: Int) throws(ModelLoadError) {
    guard tables.isEmpty, attentionPrompts.isEmpty, !hasKeysAndValues else {
      throw ModelLoadError(
        .unsupported, context: "adapter \(name)", expected: "changes of linear maps, or rows before the tokens",
        found: tables.isEmpty ? "rows in attention" : "changes of a table",
        hint: "Models with an encoder take adapters such as LoRA, DoRA, IA3 and prompt tuning.")
    }
    if let source = virtualTokens?.source, source.width != width {
      throw ModelLoadError(
        .shapeMismatch, context: "adapter \(name): virtual tokens", expected: "\(width) numbers for each",
        found: "\(source.width)")
    }
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
