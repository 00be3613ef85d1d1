import InkNN
import InkTensor

extension AdapterMaking {
  /// Normal rows behind a closed gate, in the last layers (Zhang et al., 2023).
  func addAttentionPrompts(
    _ settings: AttentionPromptSettings, to result: inout ModelAdapter
  ) throws(AdapterError) {
    guard settings.count > 0 else {
      throw AdapterError(
        .invalidConfiguration, context: "adapter_len", expected: "at least 1", found: "\(settings.count)")
    }
    for layer in try base.lastLayers(settings.layers, "adapter_layers") {
      guard base.attentionModule(ofLayer: layer) != nil else { throw base.noAttention(layer, "LLaMA-Adapter") }
      let site = AdapterBase.attention(ofLayer: layer)
      let (rows, gate) = ("\(site).adaption_prompt", "\(site).adaption_gate")
      result.attentionPrompts[site] = AttentionPrompt(
        .rows(
          parameter(normal([settings.count, base.width], rows), rows, &result),
          gate: parameter(zeros([1]), gate, &result)), placement: base.promptPlacement)
    }
  }
}
