import InkNN

/// Attention of all layers at once, for families that differ from another's layout in a detail.
extension DecoderSpec {
  /// The settings of the first layer's attention, if it is grouped-query attention.
  var groupedAttention: GroupedAttentionSpec? {
    guard case .grouped(let attention)? = layers.first?.mixer else { return nil }
    return attention
  }

  /// Changes the attention of every layer.
  mutating func changeAttention(_ change: (inout GroupedAttentionSpec) -> Void) {
    for index in layers.indices {
      guard case .grouped(var attention) = layers[index].mixer else { continue }
      change(&attention)
      layers[index].mixer = .grouped(attention)
    }
  }

  /// Changes the rotation of every layer that has one.
  mutating func changeRotary(_ change: (inout RotaryEmbedding) -> Void) {
    changeAttention { attention in
      guard case .rotary(var rotary) = attention.position else { return }
      change(&rotary)
      attention.position = .rotary(rotary)
    }
  }
}
