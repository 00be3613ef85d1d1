import InkFormats
import InkNN

/// The metadata of GGUF that describes an encoder, or an encoder with a decoder.
struct EncoderDescription {
  /// Keys in the order in which converters write them.
  private(set) var metadata: GGUFMetadata
  private let architecture: String

  /// - Parameters:
  ///   - sentence: how vectors are made of its states, if the folder says.
  ///   - name: the model's.
  /// - Throws: `unsupported`, naming what GGUF has no words for.
  init(_ form: EncoderForm, sentence: SentenceSpec?, name: String) throws(ModelLoadError) {
    let names: [String]
    switch form {
    case .encoder(let family, _): names = family.architectures
    case .transducer(let family, _): names = family.architectures
    }
    guard let architecture = names.first else {
      throw ModelLoadError(.unsupported, context: "conversion to GGUF", found: "a family without an architecture there")
    }
    self.architecture = architecture
    metadata = GGUFMetadata(path: name)
    metadata["general.architecture"] = .string(architecture)
    metadata["general.type"] = .string("model")
    metadata["general.name"] = .string(name)
    let encoder = form.encoder
    set("context_length", encoder.contextLength ?? 512)
    set("embedding_length", encoder.width)
    set("block_count", encoder.layers.count)
    guard let layer = encoder.layers.first else {
      throw ModelLoadError(.unsupported, context: "conversion to GGUF", found: "an encoder without layers")
    }
    switch layer.feedForward {
    case .plain(_, let width, _), .gated(_, let width, _): set("feed_forward_length", width)
    case .experts: throw ModelLoadError(.unsupported, context: "conversion to GGUF", found: "an encoder with experts")
    }
    set("attention.head_count", layer.attention.heads)
    switch layer.norm {
    case .layer(let epsilon, _): set("attention.layer_norm_epsilon", .float32(epsilon))
    case .rms(let epsilon, _):
      set("attention.layer_norm_epsilon", .float32(epsilon))
      set("attention.layer_norm_rms_epsilon", .float32(epsilon))
    }
    if let buckets = encoder.relativePositions {
      set("attention.key_length", layer.attention.headWidth)
      set("attention.value_length", layer.attention.headWidth)
      set("attention.relative_buckets_count", buckets.count)
    } else {
      set("attention.causal", .bool(false))
    }
    switch form {
    case .encoder: describe(encoder.outputs, sentence)
    case .transducer(_, let spec):
      set("decoder_block_count", spec.decoder.layers.count)
      if let token = spec.startToken { set("decoder_start_token_id", Int(token)) }
    }
  }

  private mutating func describe(_ outputs: EncoderOutputsSpec, _ sentence: SentenceSpec?) {
    if let classifier = outputs.classifier {
      set("pooling_type", 4)
      set("classifier.output_labels", .array(.strings(GGUFStringArray(classifier.labels))))
      return
    }
    guard let sentence else { return }
    switch sentence.poolings.first {
    case .first?: set("pooling_type", 2)
    case .last?: set("pooling_type", 3)
    case .mean?: set("pooling_type", 1)
    // Refused before a file is begun (`remarksForGGUF`).
    case .largest?, .meanOverRoot?, .weightedMean?, nil: break
    }
    for (name, prompt) in sentence.prompts.sorted(by: { $0.key < $1.key }) {
      metadata["sentence_transformers.prompts.\(name)"] = .string(prompt)
    }
    if let name = sentence.defaultPrompt { metadata["sentence_transformers.default_prompt_name"] = .string(name) }
  }

  /// Adds a whole entry.
  mutating func add(_ key: String, _ value: GGUFValue) { metadata[key] = value }

  private mutating func set(_ key: String, _ value: Int) { set(key, .uint32(UInt32(clamping: value))) }

  private mutating func set(_ key: String, _ value: GGUFValue) { metadata["\(architecture).\(key)"] = value }
}

extension SentenceSpec {
  /// What of the spec GGUF has no place for, in sentences.
  ///
  /// - Throws: `unsupported` where vectors would be others.
  func remarksForGGUF() throws(ModelLoadError) -> [String] {
    let known: [Pooling] = [.mean, .first, .last]
    guard poolings.count == 1, let pooling = poolings.first, known.contains(pooling) else {
      throw ModelLoadError(
        .unsupported, context: "conversion to GGUF", expected: "vectors of the mean, the first or the last token",
        found: "another pooling")
    }
    var remarks: [String] = []
    for step in steps {
      if case .dense(let dense) = step {
        throw ModelLoadError(
          .unsupported, context: "conversion to GGUF", expected: "vectors made by pooling alone",
          found: "a linear map in \(dense.folder)")
      }
    }
    if steps.isEmpty { remarks.append("readers of GGUF bring vectors to the length of one; this model does not") }
    return remarks
  }
}
