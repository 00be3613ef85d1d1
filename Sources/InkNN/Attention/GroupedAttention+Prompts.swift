import InkTensor

extension GroupedAttention {
  /// Why prompts cannot stand in this attention; nil where they can.
  package func refusal(of placement: AttentionPrompt.Placement) -> String? {
    switch placement {
    case .beforeOutput: if output.bias != nil { return "an output with a bias" }
    case .behindOutput:
      if heads * headWidth != output.weight.outputs { return "heads that together are not as wide as the model" }
    }
    if clip != nil { return "queries and keys that are clipped" }
    if settings.softCap != nil { return "scores that are capped" }
    switch norms {
    case .none: return nil
    case .heads, .projection: return "norms of queries and keys"
    }
  }

  /// The same attention with more prompts; its memory is shared.
  package func adding(_ more: [AttachedPrompt]) -> GroupedAttention {
    var attention = self
    attention.prompts += more
    return attention
  }

  /// What rows of queries [rows, heads, headWidth] take from the prompts of their adapters that stand at a place, added to
  /// what they took from the tokens [rows, heads * headWidth].
  ///
  /// All rows look at all of a prompt, so that no row depends on another.
  func addingPrompts(
    _ placement: AttentionPrompt.Placement, _ queries: Tensor, to mixed: Tensor, step: DecoderStep
  ) -> Tensor {
    var sum = mixed
    for attached in prompts where attached.prompt.placement == placement {
      let runs = step.adapters.rows(of: attached.adapter, among: queries.shape[0])
      guard !runs.isEmpty else { continue }
      sum = step.cpu.add(sum, look(queries, at: attached.prompt, from: runs, on: step.cpu))
    }
    return sum
  }

  private func look(_ queries: Tensor, at prompt: AttentionPrompt, from runs: [Range<Int>], on cpu: CPU) -> Tensor {
    var (keys, values) = prompt.keysAndValues(key: key, value: value, on: cpu)
    let count = prompt.count
    if runs.count > 1 {
      // Runs of rows have keys of their own, which no other run reads.
      keys = cpu.joinRows(runs.map { _ in keys })
      values = cpu.joinRows(runs.map { _ in values })
    }
    let shape: Shape = [keys.shape[0], keyValueHeads, headWidth]
    let sources = runs.indices.map { AttentionSegment(wholeSequence: $0 * count..<($0 + 1) * count) }
    return cpu.attention(
      queries, key: keys.reshaped(shape), value: values.reshaped(shape),
      querySegments: runs.map { AttentionSegment(wholeSequence: $0) }, keySegments: sources,
      settings: AttentionSettings(scale: settings.scale, mask: .bidirectional))  // [rows, heads * headWidth]
  }
}

extension AdapterRows {
  /// The rows of an adapter.
  fileprivate func rows(of adapter: AdapterName, among count: Int) -> [Range<Int>] {
    switch self {
    case .all: count > 0 ? [0..<count] : []
    case .chosen(let runs): runs.filter { $0.adapter == adapter }.map(\.rows)
    }
  }
}
