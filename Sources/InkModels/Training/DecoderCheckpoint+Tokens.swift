package import InkFormats

extension DecoderCheckpoint {
  /// The model with rows for more tokens, in its table and, where it has one of its own, in its head.
  ///
  /// - Throws: `invalidConfiguration` for pieces that are no old tokens, `unsupported` for a model whose configuration
  ///   does not say how many tokens it has.
  package func adding(_ rows: TokenRows) throws(ModelLoadError) -> DecoderCheckpoint {
    guard rows.known >= 1, rows.known <= spec.vocabulary else {
      throw ModelLoadError(
        .invalidConfiguration, context: "tokens to be added",
        expected: "a tokenizer of at most \(spec.vocabulary) tokens, as the model has", found: "\(rows.known)")
    }
    if let piece = rows.pieces.lazy.flatMap(\.self).first(where: { $0 < 0 || $0 >= rows.known }) {
      throw ModelLoadError(
        .invalidConfiguration, context: "tokens to be added", expected: "pieces among \(rows.known) tokens",
        found: "\(piece)")
    }
    guard config["vocab_size"] != nil else {
      throw ModelLoadError(
        .unsupported, context: "config.json: vocab_size", expected: "the number of tokens at the top", found: "nothing",
        hint: "Models that keep it in a part of their configuration cannot be given rows for more tokens.")
    }
    var config = config
    config["vocab_size"] = .number("\(rows.count(after: spec.vocabulary))")
    let expanded = try family.spec(
      ModelConfiguration(try DecoderCheckpoint.node(config, "\(weights.path): config.json")))
    return DecoderCheckpoint(
      spec: expanded, config: config, origin: origin, family: family,
      weights: ExpandedWeights(weights, rows: rows, oldCount: spec.vocabulary))
  }

  /// Writes the files of the model's own tokenizer, and what else of the folder it comes from is no weights.
  ///
  /// - Throws: `unsupported` for a tokenizer that cannot be written, `file`.
  package func writeTokenizer(into output: ExportFolder) throws(ModelLoadError) {
    var remarks = ["a model that begins from nothing has no tokenizer"]
    switch origin {
    case .folder(let folder):
      // What is no file of a tokenizer is not wanted.
      _ = try convertingFiles { () throws(FormatError) in
        try output.copyCompanions(of: folder.path, except: ["config.json"])
      }
      remarks = []
    case .gguf(let model, _):
      remarks = try convertingFiles { () throws(FormatError) in
        try CheckpointTokenizer(model.metadata).write(into: output)
      }
    case .fresh: break
    }
    if let remark = remarks.first {
      throw ModelLoadError(.unsupported, context: weights.path, expected: "a tokenizer", found: remark)
    }
  }
}
