package import InkAdapters
import InkFormats
package import InkModels
package import InkNN
package import InkTensor

extension EncoderCheckpoint {
  /// The encoder with an adapter, ready to run; with the head that the adapter brings where the checkpoint has no such.
  ///
  /// - Throws: `mismatch` for another base than the adapter was made for, or for an adapter that lacks a part of a head
  ///   that the checkpoint lacks too; what the files throw.
  package func load(
    with stored: StoredAdapter, named name: AdapterName, on cpu: CPU
  ) throws(TrainingError) -> EncoderLM {
    let model: EncoderLM
    let adapter: ModelAdapter
    let checkpoint: EncoderCheckpoint
    do throws(ModelLoadError) {
      checkpoint = try refitted(for: stored)
      model = try checkpoint.load(use: .inference, on: cpu)
    } catch { throw TrainingError(error) }
    do throws(AdapterError) {
      try stored.requireBase(model.fingerprint(on: cpu))
      let base = try AdapterBase(checkpoint, model: model)
      adapter = try stored.modelAdapter(named: name, for: base, use: .inference, on: cpu)
    } catch { throw TrainingError(error) }
    let drawn = model.adapterSites.map(\.name).first { site in
      checkpoint.change.adds("\(site).weight") && !(adapter.linears[site] ?? []).contains(where: \.isReplacement)
    }
    if let drawn {
      throw TrainingError(
        .mismatch, context: "\(stored.path): \(drawn)", expected: "the weights of a head that the base does not have",
        found: "none", hint: "The adapter was made beside a base that has this part.")
    }
    do { return try model.attaching([adapter]) } catch { throw TrainingError(error) }
  }

  /// The same body with a head of as many classes as the adapter's own.
  private func refitted(for adapter: StoredAdapter) throws(ModelLoadError) -> EncoderCheckpoint {
    guard let classes = adapter.classes else { return self }
    let labels = (0..<classes).map { "LABEL_\($0)" }
    switch adapter.configuration.task {
    case "SEQ_CLS"?:
      let fits = spec.outputs.classifier.map { $0.labels.count == classes && $0.form != .everyToken } ?? false
      return fits ? self : try refitted(for: .sequenceClasses(labels: labels), seed: 0)
    case "TOKEN_CLS"?:
      let fits = spec.outputs.classifier.map { $0.labels.count == classes && $0.form == .everyToken } ?? false
      return fits ? self : try refitted(for: .tokenClasses(labels: labels), seed: 0)
    case _?, nil: return self
    }
  }
}

extension StoredAdapter {
  /// The rows of the last map of its head of classes, if it brings one.
  fileprivate var classes: Int? {
    let ends = ["classifier", "classifier.out_proj"].flatMap { ["\($0).weight", "\($0).modules_to_save.weight"] }
    let name = tensors.tensorNames.first { name in ends.contains { name.hasSuffix(".\($0)") } }
    guard let shape = name.flatMap({ tensors.info($0)?.shape }), shape.rank == 2 else { return nil }
    // A head has few classes; a file could name more than memory holds.
    return (1...1 << 20).contains(shape[0]) ? shape[0] : nil
  }
}

extension LinearDelta {
  /// Whether it is another map in the base's place.
  fileprivate var isReplacement: Bool {
    switch self {
    case .replaced: true
    case .lowRank, .decomposed, .scaledInputs, .scaledOutputs, .bottleneck, .bias: false
    }
  }
}
