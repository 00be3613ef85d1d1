package import ArgumentParser
import InkAdapters
package import InkFormats
package import InkInference
import InkModels
import InkNN
package import InkTensor
import InkTraining

/// An adapter that an encoder is used with.
package struct EncoderAdapterOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("An adapter in PEFT's layout, such as LoRA beside the encoder.", valueName: "folder"))
  package var adapter: String?

  package init() {}

  /// A model that makes vectors, with the adapter.
  ///
  /// - Throws: for a folder that is no adapter, and for an adapter of another base.
  package func sentenceEncoder(of resolved: ResolvedModel, on cpu: CPU) throws -> SentenceEncoder {
    let model = try SentenceEncoder.load(resolved, cpu: cpu)
    guard let adapter else { return model }
    return try model.attaching(adapter: adapter, of: resolved, on: cpu)
  }

  /// A model that scores pairs, with the adapter, which may bring the head that the base does not have.
  ///
  /// - Throws: for a folder that is no adapter, and for an adapter of another base.
  package func crossEncoder(of resolved: ResolvedModel, on cpu: CPU) throws -> CrossEncoder {
    guard let adapter else { return try CrossEncoder.load(resolved, cpu: cpu) }
    return try CrossEncoder.load(resolved, adapter: adapter, on: cpu)
  }
}

extension SentenceEncoder {
  /// The model with an adapter from its folder.
  func attaching(adapter folder: String, of resolved: ResolvedModel, on cpu: CPU) throws -> SentenceEncoder {
    try attaching([try encoder.adapter(in: folder, of: resolved, on: cpu)])
  }
}

extension CrossEncoder {
  /// A model with an adapter from its folder, which may bring the head that the base does not have.
  ///
  /// - Throws: for a folder that is no adapter, for an adapter of another base, and where neither has a head.
  static func load(_ resolved: ResolvedModel, adapter folder: String, on cpu: CPU) throws -> CrossEncoder {
    let encoder = try EncoderCheckpoint.open(try resolved.mainPath)
      .load(with: try StoredAdapter.open(folder), named: AdapterName(folder), on: cpu)
    guard encoder.scoresSequences else {
      let classes = encoder.spec.outputs.classifier?.labels.count
      throw ModelLoadError(
        .unsupported, context: folder, expected: "an adapter with a head of one class over the sequence",
        found: classes.map { "a head of \($0) classes" } ?? "no head, beside a base without one",
        hint: "Those that are trained by the task regress bring such a head.")
    }
    return try CrossEncoder.load(resolved, encoder: encoder, cpu: cpu)
  }

  /// The model with an adapter from its folder.
  func attaching(adapter folder: String, of resolved: ResolvedModel, on cpu: CPU) throws -> CrossEncoder {
    try attaching([try encoder.adapter(in: folder, of: resolved, on: cpu)])
  }
}

extension EncoderLM {
  /// An adapter for the encoder as it is, from its folder.
  ///
  /// - Throws: for a folder that is no adapter, and for an adapter of another base.
  func adapter(in folder: String, of resolved: ResolvedModel, on cpu: CPU) throws -> ModelAdapter {
    let base = try AdapterBase(try EncoderCheckpoint.open(try resolved.mainPath), model: self)
    let stored = try StoredAdapter.open(folder)
    try stored.requireBase(fingerprint(on: cpu))
    return try stored.modelAdapter(named: AdapterName(folder), for: base, use: .inference, on: cpu)
  }
}

extension SequenceToSequenceModel {
  /// The model with an adapter from its folder.
  func attaching(adapter folder: String, of resolved: ResolvedModel, on cpu: CPU) throws -> SequenceToSequenceModel {
    try attaching([try network.adapter(in: folder, of: resolved, on: cpu)])
  }
}

extension EncoderDecoderLM {
  /// An adapter for the model, from its folder.
  ///
  /// - Throws: for a folder that is no adapter, for an adapter of another base, and for models that lie in a GGUF file.
  func adapter(in folder: String, of resolved: ResolvedModel, on cpu: CPU) throws -> ModelAdapter {
    guard case .folder(let path) = resolved.content else {
      throw CommandError(
        .usage, context: "--adapter", expected: "a model folder", found: "a GGUF file",
        hint: "Adapters of models with an encoder and a decoder name their parts as folders do.")
    }
    let base = try AdapterBase(try EncoderDecoderCheckpoint.open(path), model: self)
    let stored = try StoredAdapter.open(folder)
    try stored.requireBase(fingerprint(on: cpu))
    return try stored.modelAdapter(named: AdapterName(folder), for: base, use: .inference, on: cpu)
  }
}
