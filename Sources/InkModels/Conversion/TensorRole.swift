/// What a tensor of a GGUF file does in the model, as far as its type depends on it; read off its name, which the format
/// defines.
enum TensorRole: Hashable {
  case embedding, output
  /// The values of attention, alone or in one matrix with others.
  case attentionValue
  case attentionKey, attentionOutput
  case feedForwardDown
  case other

  init(_ name: String) {
    func has(_ part: String) -> Bool { name.hasSuffix(".\(part).weight") }
    if name == "output.weight" {
      self = .output
    } else if name == "token_embd.weight" {
      self = .embedding
    } else if has("attn_v") || has("attn_qkv") || has("attn_kv_b") {
      self = .attentionValue
    } else if has("attn_k") {
      self = .attentionKey
    } else if has("attn_output") {
      self = .attentionOutput
    } else if has("ffn_down") || has("ffn_down_exps") || has("ffn_down_shexp") {
      self = .feedForwardDown
    } else {
      self = .other
    }
  }

  /// The number of the layer in a name such as `blk.3.attn_q.weight`; -1 outside layers.
  static func layer(_ name: String) -> Int {
    guard name.hasPrefix("blk."), let number = Int(name.dropFirst(4).prefix { $0 != "." }),
      (0...ModelConfiguration.largestExtent).contains(number)
    else { return -1 }
    return number
  }
}
