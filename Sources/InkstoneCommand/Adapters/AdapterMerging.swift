import Foundation
package import InkAdapters
package import InkFormats
import InkInference
package import InkModels
import InkNN
package import InkTensor
import InkTraining

/// Makes an adapter part of its base, as the files of a new model, and compares what the new model computes with what
/// base and adapter compute beside each other. Nothing is written where they disagree.
package struct AdapterMerging {
  /// Which bases are taken.
  package enum AcceptedBase: Sendable, Hashable {
    /// The one that the adapter was made for, where it notes that.
    case own
    /// Any whose shapes fit.
    case any
  }

  /// What was written.
  package struct Outcome: Sendable {
    /// The tensors that changed.
    package let changes: MergeReport
    /// How far the logits of the new model are from those of base and adapter.
    package let agreement: LogitAgreement
    /// What became of the base, where its files had to be changed for that.
    package let remarks: [String]
  }

  let base: ResolvedModel
  let adapter: StoredAdapter
  let accepted: AcceptedBase
  /// The type of the matrices that are written.
  let type: ConvertedType
  let cpu: CPU

  package init(
    base: ResolvedModel, adapter: StoredAdapter, accepted: AcceptedBase = .own, type: ConvertedType = .asStored,
    on cpu: CPU
  ) {
    self.base = base
    self.adapter = adapter
    self.accepted = accepted
    self.type = type
    self.cpu = cpu
  }

  /// Writes a new model folder, or a `.gguf` file where the destination ends so.
  ///
  /// - Throws: `mismatch` for another base, `nothingChanged`, `unsupported` for methods that are no weights;
  ///   `checkFailed` when the logits disagree; what files throw. Nothing is left behind then.
  package func write(to destination: String) throws -> Outcome {
    let files = FileManager.default
    var destination = destination
    while destination.count > 1, destination.hasSuffix("/") { destination.removeLast() }
    guard !files.fileExists(atPath: destination) else {
      throw CommandError(
        .cannotWrite, context: destination, expected: "a new place", found: "something that is there already",
        hint: "Name another one, or remove this one.")
    }
    let draft = "\(destination).merging-\(ProcessInfo.processInfo.processIdentifier)"
    try files.createDirectory(atPath: draft, withIntermediateDirectories: true)
    defer { try? files.removeItem(atPath: draft) }

    try requireBase()
    let (folder, remarks) = try baseFolder(in: draft)
    let checkpoint = try DecoderCheckpoint.open(folder.path)
    let model = try checkpoint.load(use: .inference, on: cpu)
    let place = try AdapterBase(checkpoint, model: model)
    let merged = "\(draft)/merged"
    let changes = try AdapterMerge(adapter, base: place, on: cpu).write(folder, to: merged)
    let agreement = try agreement(of: merged, with: model, place, folder, changes)
    try agreement.require(adapter.path)
    if destination.hasSuffix(".gguf") || type != .asStored {
      _ = try ModelConversion(type: type, tokenizers: FolderTokenizerArrays()).convert(merged, to: destination)
    } else {
      try files.moveItem(atPath: merged, toPath: destination)
    }
    return Outcome(changes: changes, agreement: agreement, remarks: remarks)
  }

  /// Refuses another base than the adapter's, as the base is stored.
  private func requireBase() throws {
    switch accepted {
    case .any: return
    case .own:
      guard adapter.fingerprint != nil else { return }
      let model = try DecoderCheckpoint.open(try base.mainPath).load(use: .inference, on: cpu)
      try adapter.requireBase(model.fingerprint(on: cpu))
    }
  }

  /// The base as a folder whose weights are floats: its own, or what its GGUF file decodes to.
  private func baseFolder(in draft: String) throws -> (ModelFolder, remarks: [String]) {
    var path = try base.mainPath
    if !path.hasSuffix(".gguf") {
      let folder = try ModelFolder.open(path)
      guard case .gguf(let file) = folder.weights else { return (folder, []) }
      path = file
    }
    let report = try ModelConversion().convert(path, to: "\(draft)/base")
    let types = report.types.keys.sorted().joined(separator: ", ")
    return (
      try ModelFolder.open("\(draft)/base"), ["the base was decoded from its GGUF file to \(types) first"]
    )
  }

  /// Compares the logits of a few tokens: of the base alone, with the adapter beside it, and merged.
  private func agreement(
    of merged: String, with base: DecoderLM, _ place: AdapterBase, _ folder: ModelFolder, _ changes: MergeReport
  ) throws -> LogitAgreement {
    let name: AdapterName = "merged"
    let adapted = try base.attaching([
      try adapter.modelAdapter(named: name, for: place, use: .inference, on: cpu)
    ])
    let tokens = probe(base.spec)
    let plain = logits(of: adapted, tokens, adapter: nil)
    let beside = logits(of: adapted, tokens, adapter: name)
    let inside = logits(of: try DecoderCheckpoint.open(merged).load(use: .inference, on: cpu), tokens, adapter: nil)
    let weights = try folder.weights.open()
    let types = changes.tensors.compactMap { weights.info($0.name)?.type }
    return LogitAgreement(
      tokens: tokens.count, base: plain, beside: beside, merged: inside,
      precision: LogitAgreement.Precision(coarsestOf: types))
  }

  private func logits(of model: DecoderLM, _ tokens: [Int32], adapter: AdapterName?) -> [Float] {
    let rows = AdapterRows(parts: [(tokens.count, adapter)])
    let hidden = model.hiddenStates(
      tokens: tokens, segments: [AttentionSegment(wholeSequence: 0..<tokens.count)], adapters: rows, on: cpu)
    return model.logits(of: hidden, adapters: rows, on: cpu).toArray()
  }

  /// Tokens from all over the vocabulary, the same for every adapter of a base.
  private func probe(_ spec: DecoderSpec) -> [Int32] {
    let stream = RandomStream(seed: 0, name: "tokens of a merge")
    return (0..<min(32, spec.contextLength)).map { index in
      Int32(stream.uniform(at: UInt64(index)) * Double(spec.vocabulary))
    }
  }
}
