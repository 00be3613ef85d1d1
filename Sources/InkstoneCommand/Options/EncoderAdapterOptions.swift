package import ArgumentParser
import InkAdapters
package import InkFormats
package import InkInference
import InkModels
import InkNN
package import InkTensor

/// An adapter that an encoder is used with.
package struct EncoderAdapterOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("An adapter in PEFT's layout, such as LoRA beside the encoder.", valueName: "folder"))
  package var adapter: String?

  package init() {}

  /// The model with the adapter.
  ///
  /// - Throws: for a folder that is no adapter, and for an adapter of another base.
  package func attach(
    to model: SentenceEncoder, of resolved: ResolvedModel, on cpu: CPU
  ) throws -> SentenceEncoder {
    guard let adapter else { return model }
    return try model.attaching(adapter: adapter, of: resolved, on: cpu)
  }

  /// The same for a model that scores pairs.
  package func attach(to model: CrossEncoder, of resolved: ResolvedModel, on cpu: CPU) throws -> CrossEncoder {
    guard let adapter else { return model }
    return try model.attaching(adapter: adapter, of: resolved, on: cpu)
  }
}

extension SentenceEncoder {
  /// The model with an adapter from its folder.
  func attaching(adapter folder: String, of resolved: ResolvedModel, on cpu: CPU) throws -> SentenceEncoder {
    try attaching([try encoder.adapter(in: folder, of: resolved, on: cpu)])
  }
}

extension CrossEncoder {
  /// The model with an adapter from its folder.
  func attaching(adapter folder: String, of resolved: ResolvedModel, on cpu: CPU) throws -> CrossEncoder {
    try attaching([try encoder.adapter(in: folder, of: resolved, on: cpu)])
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
    let checkpoint = try EncoderDecoderCheckpoint.open(try resolved.folderOfAdapters)
    let base = try AdapterBase(
      sites: adapterSites, map: checkpoint.adapterMap, head: checkpoint.hasOwnHead ? .own : .table, width: spec.width,
      layers: spec.encoder.layers.count + spec.decoder.layers.count, prefixShape: nil,
      heads: spec.encoder.layers.first?.attention.heads ?? 1)
    let stored = try StoredAdapter.open(folder)
    try stored.requireBase(fingerprint(on: cpu))
    return try stored.modelAdapter(named: AdapterName(folder), for: base, use: .inference, on: cpu)
  }
}

extension ResolvedModel {
  /// The folder of a model with an encoder whose parts adapters name.
  ///
  /// - Throws: for models that lie in a GGUF file.
  fileprivate var folderOfAdapters: String {
    get throws {
      if case .folder(let path) = content { return path }
      throw CommandError(
        .usage, context: "--adapter", expected: "an encoder as a model folder", found: "a GGUF file",
        hint: "Adapters of encoders name their parts as folders do.")
    }
  }
}

extension EncoderLM {
  /// An adapter for the encoder, from its folder.
  ///
  /// - Throws: for a folder that is no adapter, for an adapter of another base, and for encoders that lie in a GGUF file.
  func adapter(in folder: String, of resolved: ResolvedModel, on cpu: CPU) throws -> ModelAdapter {
    let checkpoint = try EncoderCheckpoint.open(try resolved.folderOfAdapters)
    let base = try AdapterBase(
      sites: adapterSites, map: checkpoint.family.huggingFaceWeights(checkpoint.spec), width: spec.width,
      layers: spec.layers.count, prefixShape: nil, heads: spec.layers.first?.attention.heads ?? 1)
    let stored = try StoredAdapter.open(folder)
    try stored.requireBase(fingerprint(on: cpu))
    return try stored.modelAdapter(named: AdapterName(folder), for: base, use: .inference, on: cpu)
  }
}
