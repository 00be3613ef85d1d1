import InkTensor

extension E5Pack {
  /// Writes the model as a GGUF file of the architecture `bert`, which llama.cpp reads too. Packed weights are copied as
  /// they are; the same file gives the same bytes.
  package func writeGGUF(to path: String) throws(FormatError) {
    // First, so that sizes which no tensor has cost no memory.
    let tensors = try storedTensors()
    try GGUFWriter(metadata: metadata()).write(tensors, to: path)
  }

  private func metadata() -> GGUFMetadata {
    var metadata = GGUFMetadata(path: path)
    func count(_ key: String, _ value: Int) { metadata[key] = .uint32(UInt32(value)) }
    metadata["general.architecture"] = .string("bert")
    metadata["general.name"] = .string("multilingual-e5-small")
    count("bert.context_length", positions)
    count("bert.embedding_length", width)
    count("bert.feed_forward_length", feedForward)
    count("bert.block_count", layers)
    count("bert.attention.head_count", heads)
    metadata["bert.attention.layer_norm_epsilon"] = .float32(epsilon)
    metadata["bert.attention.causal"] = .bool(false)
    count("bert.pooling_type", 1)
    // E5 was trained with these words in front; a comparison is asked for like a query (Wang et al., 2022).
    metadata["sentence_transformers.prompts.query"] = .string("query: ")
    metadata["sentence_transformers.prompts.document"] = .string("passage: ")
    metadata["sentence_transformers.default_prompt_name"] = .string("query")
    metadata["tokenizer.ggml.model"] = .string("t5")
    let spare = (pieces.count..<rows).map { "[UNUSED\($0)]" }
    metadata["tokenizer.ggml.tokens"] = .array(.strings(GGUFStringArray(pieces + spare)))
    metadata["tokenizer.ggml.scores"] = .array(.float32(scores + spare.map { _ in -1000 }))
    metadata["tokenizer.ggml.token_type"] = .array(.int32((0..<rows).map(tokenType)))
    metadata["tokenizer.ggml.add_space_prefix"] = .bool(true)
    metadata["tokenizer.ggml.remove_extra_whitespaces"] = .bool(true)
    metadata["tokenizer.ggml.add_bos_token"] = .bool(true)
    metadata["tokenizer.ggml.add_eos_token"] = .bool(true)
    count("tokenizer.ggml.token_type_count", types)
    count("tokenizer.ggml.bos_token_id", beginning)
    count("tokenizer.ggml.eos_token_id", end)
    count("tokenizer.ggml.unknown_token_id", unknown)
    count("tokenizer.ggml.padding_token_id", padding)
    count("tokenizer.ggml.seperator_token_id", end)
    metadata["tokenizer.ggml.precompiled_charsmap"] = .array(.uint8(CharacterMapWriter(replacements).bytes()))
    return metadata
  }

  /// GGUF's kinds of tokens: 1 normal, 2 unknown, 3 control, 5 unused.
  private func tokenType(_ id: Int) -> Int32 {
    if id >= pieces.count { return 5 }
    if id == unknown { return 2 }
    return id == beginning || id == end || id == padding || pieces[id] == "<mask>" ? 3 : 1
  }

  private func storedTensors() throws(FormatError) -> [StoredTensor] {
    var list = [
      try tensor("token_embd.weight", "emb.word", [rows, width]),
      try tensor("position_embd.weight", "emb.pos", [positions, width]),
      try tensor("token_types.weight", "emb.type", [types, width]),
      try tensor("token_embd_norm.weight", "emb.ln.w", [width]),
      try tensor("token_embd_norm.bias", "emb.ln.b", [width]),
    ]
    for layer in 0..<layers {
      for (name, own, output, input) in [
        ("attn_q", "q", width, width), ("attn_k", "k", width, width), ("attn_v", "v", width, width),
        ("attn_output", "ao", width, width), ("ffn_up", "fi", feedForward, width),
        ("ffn_down", "fo", width, feedForward),
      ] {
        list.append(try tensor("blk.\(layer).\(name).weight", "l\(layer).\(own).w", [output, input]))
        list.append(try tensor("blk.\(layer).\(name).bias", "l\(layer).\(own).b", [output]))
      }
      for (name, own) in [("attn_output_norm", "aln"), ("layer_output_norm", "oln")] {
        list.append(try tensor("blk.\(layer).\(name).weight", "l\(layer).\(own).w", [width]))
        list.append(try tensor("blk.\(layer).\(name).bias", "l\(layer).\(own).b", [width]))
      }
    }
    return list
  }

  private func tensor(_ name: String, _ own: String, _ extents: [Int]) throws(FormatError) -> StoredTensor {
    guard let stored = tensors[own] else { throw FormatError(.missing, file: path, context: "tensor \"\(own)\"") }
    return try StoredTensor(
      name: name, type: ElementType(stored.format), shape: Shape(extents), storage: storage, byteRange: stored.range,
      file: path)
  }
}
