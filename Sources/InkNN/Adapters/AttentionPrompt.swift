package import InkTensor

/// Rows that the attention of a layer looks at beside its tokens, by a softmax of their own whose result is multiplied
/// by a gate (Zhang et al., 2023, "LLaMA-Adapter"). A gate of zero leaves the layer as it is.
package struct AttentionPrompt: Sendable {
  /// What the rows are known as.
  package enum Content: Sendable {
    /// Rows [count, width] that pass through the layer's maps of keys and values, and the gate [1].
    case rows(Tensor, gate: Tensor)
    /// Keys and values times the gate, each [count, keyValueHeads * headWidth]: what a map that does not change gives.
    case keysAndValues(Tensor, Tensor)
  }

  /// Where the result joins that of the tokens.
  package enum Placement: Sendable, Hashable {
    /// In front of the layer's map of outputs (Zhang et al., 2023).
    case beforeOutput
    /// Behind it, as PEFT has it for GPT-2.
    case behindOutput
  }

  package let content: Content
  package let placement: Placement

  package init(_ content: Content, placement: Placement = .beforeOutput) {
    self.content = content
    self.placement = placement
  }

  /// How many rows there are.
  package var count: Int {
    switch content {
    case .rows(let rows, _): rows.shape[0]
    case .keysAndValues(let keys, _): keys.shape[0]
    }
  }

  /// The shapes, for messages.
  package var shapes: String {
    switch content {
    case .rows(let rows, let gate): "\(rows.shape) and a gate \(gate.shape)"
    case .keysAndValues(let keys, let values): "keys \(keys.shape) and values \(values.shape)"
    }
  }

  /// The keys and the values times the gate.
  ///
  /// - Parameters:
  ///   - key: the layer's map of keys.
  ///   - value: the layer's map of values.
  package func keysAndValues(key: Linear, value: Linear, on cpu: CPU) -> (keys: Tensor, values: Tensor) {
    switch content {
    case .keysAndValues(let keys, let values): return (keys, values)
    case .rows(let rows, let gate):
      // The base's own maps, as those of other adapters may differ from row to row.
      let made = Linear.apply([key, value], to: rows, in: LinearContext(cpu: cpu, adapters: .none))
      // A softmax is linear in its values, so the gate may stand before it.
      let column = made[1].reshaped([made[1].elementCount, 1])
      return (made[0], cpu.scaleColumns(column, by: gate).reshaped(made[1].shape))
    }
  }

  /// The same with keys and values in place of the rows, for maps that do not change.
  package func computed(key: Linear, value: Linear, on cpu: CPU) -> AttentionPrompt {
    let (keys, values) = keysAndValues(key: key, value: value, on: cpu)
    return AttentionPrompt(.keysAndValues(keys, values), placement: placement)
  }

  /// Whether the rows are those of such maps.
  package func fits(key: Linear, value: Linear) -> Bool {
    switch content {
    case .rows(let rows, let gate):
      rows.shape.rank == 2 && rows.shape[0] > 0 && rows.shape[1] == key.weight.inputs && gate.shape == [1]
    case .keysAndValues(let keys, let values):
      keys.shape.rank == 2 && keys.shape[0] > 0 && keys.shape == [keys.shape[0], key.weight.outputs]
        && values.shape == [keys.shape[0], value.weight.outputs]
    }
  }
}

/// A prompt of a layer with the adapter that it is part of.
package struct AttachedPrompt: Sendable {
  package let adapter: AdapterName
  package let prompt: AttentionPrompt

  package init(adapter: AdapterName, prompt: AttentionPrompt) {
    self.adapter = adapter
    self.prompt = prompt
  }
}
