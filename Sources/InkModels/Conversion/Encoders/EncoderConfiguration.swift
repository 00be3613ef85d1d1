import InkFormats
import InkNN
import InkTensor

/// `config.json` of an encoder, or of an encoder with a decoder, made from its spec.
struct EncoderConfiguration {
  private let form: EncoderForm
  private let metadata: GGUFMetadata

  init(_ form: EncoderForm, _ metadata: GGUFMetadata) {
    self.form = form
    self.metadata = metadata
  }

  /// The object, with the ids of special tokens and the type of the weights.
  ///
  /// - Throws: `unsupported` for what these families' configurations have no words for.
  func object(types: [TensorInfo]) throws(ModelLoadError) -> JSONObject {
    let encoder = form.encoder
    guard let layer = encoder.layers.first else {
      throw ModelLoadError(.unsupported, context: "conversion to a folder", found: "an encoder without layers")
    }
    var object = encoder.embedding.positions.isLearned ? bert(encoder, layer) : try transducer(encoder, layer)
    for (key, name) in [("bos", "bos_token_id"), ("eos", "eos_token_id"), ("padding", "pad_token_id")] {
      if let id = metadata["tokenizer.ggml.\(key)_token_id"]?.int { object[name] = .number(String(id)) }
    }
    object["torch_dtype"] = .string(CheckpointConfiguration.torchName(types))
    return object
  }

  private func bert(_ encoder: EncoderSpec, _ layer: EncoderLayerSpec) -> JSONObject {
    var object = JSONObject()
    let isRoBERTa = EncoderForm.isRoBERTa(encoder, metadata)
    var prefix = "Bert"
    object["model_type"] = .string("bert")
    if isRoBERTa {
      let isSentencePiece = metadata["tokenizer.ggml.model"] == .string("t5")
      prefix = isSentencePiece ? "XLMRoberta" : "Roberta"
      object["model_type"] = .string(isSentencePiece ? "xlm-roberta" : "roberta")
    }
    let ending = encoder.outputs.classifier == nil ? "Model" : "ForSequenceClassification"
    object["architectures"] = .array([.string(prefix + ending)])
    object["vocab_size"] = CheckpointForm.number(encoder.vocabulary)
    object["hidden_size"] = CheckpointForm.number(encoder.width)
    object["num_hidden_layers"] = CheckpointForm.number(encoder.layers.count)
    object["num_attention_heads"] = CheckpointForm.number(layer.attention.heads)
    if case .plain(_, let width, _) = layer.feedForward { object["intermediate_size"] = CheckpointForm.number(width) }
    object["hidden_act"] = .string("gelu")
    if case .learned(let rows, _) = encoder.embedding.positions {
      object["max_position_embeddings"] = CheckpointForm.number(rows)
    }
    object["type_vocab_size"] = CheckpointForm.number(encoder.embedding.tokenTypes)
    object["layer_norm_eps"] = EncoderConfiguration.epsilon(layer.norm)
    object["position_embedding_type"] = .string("absolute")
    if let labels = encoder.outputs.classifier?.labels {
      var (names, numbers) = (JSONObject(), JSONObject())
      for (number, label) in labels.enumerated() {
        names["\(number)"] = .string(label)
        numbers[label] = CheckpointForm.number(number)
      }
      object["id2label"] = .object(names)
      object["label2id"] = .object(numbers)
    }
    return object
  }

  private func transducer(_ encoder: EncoderSpec, _ layer: EncoderLayerSpec) throws(ModelLoadError) -> JSONObject {
    guard let buckets = encoder.relativePositions else {
      throw ModelLoadError(.unsupported, context: "conversion to a folder", found: "an encoder without positions")
    }
    var object = JSONObject()
    object["model_type"] = .string("t5")
    object["vocab_size"] = CheckpointForm.number(encoder.vocabulary)
    object["d_model"] = CheckpointForm.number(encoder.width)
    object["d_kv"] = CheckpointForm.number(layer.attention.headWidth)
    object["num_heads"] = CheckpointForm.number(layer.attention.heads)
    object["num_layers"] = CheckpointForm.number(encoder.layers.count)
    switch layer.feedForward {
    case .plain(_, let width, _):
      object["d_ff"] = CheckpointForm.number(width)
      object["feed_forward_proj"] = .string("relu")
    case .gated(_, let width, _):
      object["d_ff"] = CheckpointForm.number(width)
      object["feed_forward_proj"] = .string("gated-gelu")
    case .experts: break
    }
    object["relative_attention_num_buckets"] = CheckpointForm.number(buckets.count)
    object["relative_attention_max_distance"] = CheckpointForm.number(buckets.largestDistance)
    object["layer_norm_epsilon"] = EncoderConfiguration.epsilon(layer.norm)
    switch form {
    case .encoder: object["architectures"] = .array([.string("T5EncoderModel")])
    case .transducer(_, let spec):
      object["architectures"] = .array([.string("T5ForConditionalGeneration")])
      object["is_encoder_decoder"] = .bool(true)
      object["num_decoder_layers"] = CheckpointForm.number(spec.decoder.layers.count)
      if let token = spec.startToken { object["decoder_start_token_id"] = CheckpointForm.number(Int(token)) }
      object["tie_word_embeddings"] = .bool(spec.head.weight == .tied)
    }
    return object
  }

  private static func epsilon(_ norm: NormSpec) -> JSONTree {
    switch norm {
    case .rms(let epsilon, _), .layer(let epsilon, _): CheckpointForm.number(epsilon)
    }
  }
}
