import InkNN
import InkTensor

/// Rows in the attention of the last layers.
extension AdapterAssembly {
  mutating func addAttentionPrompts(_ settings: AttentionPromptSettings) throws(AdapterError) {
    for layer in try base.lastLayers(settings.layers, "\(path): adapter_layers") {
      guard let module = base.attentionModule(ofLayer: layer) else { throw base.noAttention(layer, path) }
      let site = AdapterBase.attention(ofLayer: layer)
      let rows = try promptRows(settings, module)
      guard let gate = try tensors.tensor(.attentionGate, of: module) else {
        throw AdapterError(
          .missingTensor, context: "\(path): \(tensors.prefix)\(module).adaption_gate",
          hint: "The file is incomplete.")
      }
      guard gate.elementCount == 1 else {
        throw AdapterError(
          .shapeMismatch, context: "\(path): \(tensors.name(.attentionGate, of: module))", expected: "one number",
          found: "\(gate.shape)")
      }
      done.insert(module)
      let own = AttentionPrompt(
        .rows(
          vector(rows, "\(site).adaption_prompt"), gate: vector(gate.reshaped([1]), "\(site).adaption_gate")),
        placement: base.promptPlacement)
      result.attentionPrompts[site] = try prepared(own, site, module)
    }
  }

  private func promptRows(_ settings: AttentionPromptSettings, _ module: String) throws(AdapterError) -> Tensor {
    let name = tensors.name(.attentionPrompt, of: module)
    guard let rows = try tensors.tensor(.attentionPrompt, of: module) else {
      throw AdapterError(
        .missingTensor, context: "\(path): \(tensors.prefix)\(module).adaption_prompt",
        expected: "rows of each of the last \(settings.layers) layers",
        hint: "The file is incomplete, or it was made for a model with other layers.")
    }
    guard rows.shape == [1, settings.count, base.width] else {
      throw AdapterError(
        .shapeMismatch, context: "\(path): \(name)", expected: "[1, \(settings.count), \(base.width)]",
        found: "\(rows.shape)",
        hint: rows.shape.rank == 3 && rows.shape[2] == base.width
          ? "adapter_len does not belong to this file." : "The adapter was made for a model of another size.")
    }
    return rows.reshaped([settings.count, base.width])
  }

  /// What the layer's maps make of the rows, where neither changes.
  private func prepared(
    _ prompt: AttentionPrompt, _ site: String, _ module: String
  ) throws(AdapterError) -> AttentionPrompt {
    switch use {
    case .training: return prompt
    case .inference:
      guard let key = base.sites["\(site).key"], let value = base.sites["\(site).value"], key.inputs == base.width,
        value.inputs == base.width
      else {
        throw AdapterError(
          .shapeMismatch, context: "\(path): module \(module)", expected: "maps of rows of the model's width")
      }
      return prompt.computed(
        key: Linear(weight: key.weight, bias: key.bias), value: Linear(weight: value.weight, bias: value.bias),
        on: cpu)
    }
  }
}

extension AdapterBase {
  /// The last layers, from the first of them on.
  ///
  /// - Throws: `mismatch` when the model has fewer.
  func lastLayers(_ count: Int, _ place: String) throws(AdapterError) -> Range<Int> {
    guard (1...max(layers, 1)).contains(count), layers > 0 else {
      throw AdapterError(
        .mismatch, context: place, expected: "at most the \(layers) layers of the model", found: "\(count)",
        hint: "The adapter is for a model with more layers.")
    }
    return layers - count..<layers
  }

  func noAttention(_ layer: Int, _ place: String) -> AdapterError {
    AdapterError(
      .unsupported, context: "\(place): layer \(layer)", expected: "attention with maps of keys and values",
      found: "another kind of layer")
  }
}
