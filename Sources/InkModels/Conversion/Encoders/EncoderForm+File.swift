import InkFormats

extension EncoderForm {
  /// The model as a GGUF file can hold it, and what becomes of its tensors: positions begin with the first that is used,
  /// and a head over the first token is in RoBERTa's form, which computes what BERT's pooler and classifier do.
  ///
  /// - Throws: `unsupported` for a head over every token.
  func inFile() throws(ModelLoadError) -> (form: EncoderForm, change: (String) -> RearrangedEncoder.Change?) {
    guard case .encoder(_, var spec) = self else { return withHead() }
    let outputs = spec.outputs
    spec.outputs = EncoderOutputsSpec()
    if let classifier = outputs.classifier {
      guard classifier.form != .everyToken else {
        throw ModelLoadError(
          .unsupported, context: "conversion to GGUF", expected: "a head over the whole text, or none",
          found: "classes of every token", hint: "GGUF has no place for such a head.")
      }
      spec.outputs.classifier = ClassifierSpec(form: .firstToken, labels: classifier.labels)
    }
    var unused = 0
    if case .learned(let rows, let first) = spec.embedding.positions, first > 0 {
      unused = first
      spec.embedding.positions = .learned(rows: rows - first, first: 0)
    }
    let family: any EncoderFamily.Type = spec.embedding.positions.isLearned ? BERT.self : T5Encoder.self
    return (
      .encoder(family, spec),
      { name in
        if name == "positions.weight", unused > 0 { return .withoutRows(unused) }
        if name.hasPrefix("masked.") || name.hasPrefix("nextSentence.") { return .leftOut }
        guard name.hasPrefix("pooler.") else { return nil }
        guard outputs.classifier?.form == .pooled else { return .leftOut }
        return .renamed("classifier.transform." + name.dropFirst("pooler.".count))
      }
    )
  }

  /// Files without a head of their own are read as the first T5, which divides its states in front of it. A model that
  /// shares the matrix and does not divide has it written a second time.
  private func withHead() -> (form: EncoderForm, change: (String) -> RearrangedEncoder.Change?) {
    guard case .transducer(let family, var spec) = self, spec.head.weight == .tied, spec.head.scale == 1 else {
      return (self, { _ in nil })
    }
    spec.head.weight = .own(.none)
    return (.transducer(family, spec), { name in name == "embedding.weight" ? .repeated("head.weight") : nil })
  }

  /// The model as a folder in Hugging Face layout holds it, and what becomes of its tensors.
  ///
  /// - Parameter metadata: the file's, whose tokenizer tells RoBERTa's kin from BERT's.
  func inFolder(_ metadata: GGUFMetadata) -> (form: EncoderForm, change: (String) -> RearrangedEncoder.Change?) {
    guard case .encoder(_, var spec) = self, case .learned(let rows, _) = spec.embedding.positions else {
      return (self, { _ in nil })
    }
    guard EncoderForm.isRoBERTa(spec, metadata) else {
      if let labels = spec.outputs.classifier?.labels {
        spec.outputs = EncoderOutputsSpec(
          pooler: .firstToken, classifier: ClassifierSpec(form: .pooled, labels: labels))
      }
      return (
        .encoder(BERT.self, spec),
        { name in
          let prefix = "classifier.transform."
          return name.hasPrefix(prefix) ? .renamed("pooler." + name.dropFirst(prefix.count)) : nil
        }
      )
    }
    let first = (metadata["tokenizer.ggml.padding_token_id"]?.int ?? 1) + 1
    spec.embedding.positions = .learned(rows: rows + first, first: first)
    return (.encoder(RoBERTa.self, spec), { name in name == "positions.weight" ? .behindZeros(first) : nil })
  }

  /// Whether a file of the architecture `bert` was a RoBERTa: those know one kind of token and do not cut words into
  /// pieces as BERT does.
  static func isRoBERTa(_ spec: EncoderSpec, _ metadata: GGUFMetadata) -> Bool {
    guard case .string(let tokenizer)? = metadata["tokenizer.ggml.model"] else { return false }
    return spec.embedding.tokenTypes == 1 && tokenizer != "bert"
  }
}

extension SequenceEmbeddingSpec.Positions {
  /// Whether positions are rows of a table.
  var isLearned: Bool {
    if case .learned = self { return true }
    return false
  }
}
