package import InkFormats
import InkNN
package import InkTensor

/// Makes an adapter part of the weights of its base, and proves that these changed.
package struct AdapterMerge {
  let adapter: StoredAdapter
  let base: AdapterBase
  let cpu: CPU
  let tensors: AdapterTensors

  /// - Parameter base: the model that the weights are of, in the conventions of its checkpoints.
  package init(_ adapter: StoredAdapter, base: AdapterBase, on cpu: CPU) throws(AdapterError) {
    self.adapter = adapter
    self.base = base
    self.cpu = cpu
    tensors = try AdapterTensors(adapter)
  }

  /// The tensors of the base that change, as they become, with a report.
  ///
  /// Computed in f32 and rounded to the type that the base has.
  ///
  /// - Parameter weights: a checkpoint of the base.
  /// - Throws: `unsupported` for methods that are no weights, `shapeMismatch`, `missingTensor`; `nothingChanged` when
  ///   every tensor is what it was.
  package func changes(
    of weights: any TensorSource
  ) throws(AdapterError) -> (tensors: [StoredTensor], report: MergeReport) {
    try requireWeights()
    var made: [StoredTensor] = []
    var report = MergeReport()
    for name in tensors.modules {
      for (stored, merged) in try merged(name, weights) {
        let (rounded, change) = try rounded(merged, like: stored)
        report.tensors.append(change)
        made.append(rounded)
      }
    }
    guard report.tensors.contains(where: { $0.changedElements > 0 }) else {
      throw AdapterError(
        .nothingChanged, context: adapter.path, expected: "weights that differ from the base's",
        found: "\(report.tensors.count) tensors as they were",
        hint: "The adapter was never trained, or its changes are lost in the precision of the base.")
    }
    return (made, report)
  }

  /// Refuses methods that are no change of weights.
  private func requireWeights() throws(AdapterError) {
    switch adapter.configuration.method {
    case .lora, .adaLoRA, .ia3: return
    case .vera, .promptTuning, .pTuning, .prefixTuning, .attentionPrompts, .bottleneck: throw noWeights
    }
  }

  private var noWeights: AdapterError {
    AdapterError(
      .unsupported, context: adapter.path, expected: "LoRA, DoRA, AdaLoRA or IA3",
      found: adapter.configuration.method.title,
      hint: "What this method computes is no change of the base's weights that is merged here.")
  }

  /// What stands in place of tensors of a module.
  private func merged(
    _ name: String, _ weights: any TensorSource
  ) throws(AdapterError) -> [(StoredTensor, Tensor)] {
    let parts = tensors.parts(of: name)
    if parts == [.bias], base.otherBias(ofStored: name) != nil, let bias = try tensors.tensor(.bias, of: name) {
      return [(try stored("\(name).bias", weights), bias)]
    }
    let module = try base.module(name, adapter.path)
    if module.sites.contains(where: { $0.name == "head" || $0.kind == .table }) { try requireUntiedTable(name) }
    let weight = try stored("\(name).weight", weights)
    func upright(_ tensor: Tensor) -> Tensor {
      module.layout == .inputsFirst ? tensor.transposed([1, 0]).contiguous() : tensor
    }
    var results: [(StoredTensor, Tensor)] = []
    if adapter.configuration.saves(name) {
      for (part, own) in [(AdapterTensors.Part.weight, weight), (.bias, try? stored("\(name).bias", weights))] {
        guard let own, let tensor = try tensors.tensor(part, of: name) else { continue }
        results.append((own, tensor))
      }
      return results
    }
    if parts.contains(where: { ![.bias, .baseWeight].contains($0) }) {
      let rows = upright(try float32(weight))
      results.append((weight, upright(try merged(rows, name, parts))))
    }
    if let bias = try tensors.tensor(.bias, of: name) { results.append((try stored("\(name).bias", weights), bias)) }
    if try scalesOutputs(name), weights.contains("\(name).bias") {
      let bias = try stored("\(name).bias", weights)
      guard let factors = try tensors.tensor(.factors, of: name) else { return results }
      let values = try float32(bias)
      results.append((bias, cpu.scaleColumns(values, by: factors.reshaped([factors.elementCount]))))
    }
    return results
  }

  /// A weight [outputs, inputs] with the change of its module.
  private func merged(
    _ weight: Tensor, _ name: String, _ parts: Set<AdapterTensors.Part>
  ) throws(AdapterError) -> Tensor {
    switch adapter.configuration.method {
    case .lora(let settings):
      if parts.contains(.tableDown) {
        let (down, up) = (try tensors.matrix(.tableDown, of: name), try tensors.matrix(.tableUp, of: name))
        let table = down.transposed([1, 0]).contiguous()
        return try sum(weight, table, up, settings.scale(of: name, rank: up.shape[1]), name)
      }
      let (down, up) = (try tensors.matrix(.down, of: name), try tensors.matrix(.up, of: name))
      let scale = settings.scale(of: name, rank: up.shape[1])
      let whole = try sum(weight, up, down.transposed([1, 0]).contiguous(), scale, name)
      guard let magnitude = try tensors.tensor(.magnitude, of: name) else { return whole }
      return try scaledRows(whole, lengths: magnitude, name)
    case .adaLoRA(let settings, _):
      let (down, up) = (try tensors.matrix(.down, of: name), try tensors.matrix(.up, of: name))
      let values = try tensors.matrix(.singularValues, of: name)
      guard values.elementCount == up.shape[1] else { throw mismatch(name, values.shape) }
      let bent = cpu.scaleColumns(up, by: values.reshaped([values.elementCount]))
      let scale = settings.singularScale
      return try sum(weight, bent, down.transposed([1, 0]).contiguous(), scale, name)
    case .ia3:
      guard let factors = try tensors.tensor(.factors, of: name) else { return weight }
      let vector = factors.reshaped([factors.elementCount])
      if try scalesOutputs(name) {
        guard vector.elementCount == weight.shape[0] else { throw mismatch(name, factors.shape) }
        return cpu.scaleColumns(weight.transposed([1, 0]).contiguous(), by: vector).transposed([1, 0]).contiguous()
      }
      guard vector.elementCount == weight.shape[1] else { throw mismatch(name, factors.shape) }
      return cpu.scaleColumns(weight, by: vector)
    case .vera, .promptTuning, .pTuning, .prefixTuning, .attentionPrompts, .bottleneck: throw noWeights
    }
  }

  /// `weight + scale * left rightᵀ` for left [outputs, rank] and right [inputs, rank].
  private func sum(
    _ weight: Tensor, _ left: Tensor, _ right: Tensor, _ scale: Float, _ name: String
  ) throws(AdapterError) -> Tensor {
    guard left.shape[1] == right.shape[1], weight.shape == [left.shape[0], right.shape[0]] else {
      throw mismatch(name, [left.shape[0], right.shape[0]])
    }
    return cpu.add(weight, cpu.scale(cpu.matmul(left, right, order: .transposed), by: scale))
  }

  /// Rows brought to the given lengths.
  private func scaledRows(_ weight: Tensor, lengths: Tensor, _ name: String) throws(AdapterError) -> Tensor {
    guard lengths.elementCount == weight.shape[0] else { throw mismatch(name, lengths.shape) }
    let own = DecomposedLowRank.rowLengths(.dense(weight), on: cpu).toArray()
    let factors = zip(lengths.toArray(), own).map { $1 > 0 ? $0 / $1 : 0 }
    return cpu.scaleColumns(
      weight.transposed([1, 0]).contiguous(), by: Tensor(factors, shape: [factors.count])
    ).transposed([1, 0]).contiguous()
  }

  private func scalesOutputs(_ name: String) throws(AdapterError) -> Bool {
    guard case .ia3(let settings) = adapter.configuration.method else { return false }
    return tensors.parts(of: name).contains(.factors)
      && !settings.feedForwardModules.contains { name == $0 || name.hasSuffix(".\($0)") }
  }

  /// Where the head is the embedding, one would change with the other, though the adapter has one of them or two that
  /// differ.
  private func requireUntiedTable(_ name: String) throws(AdapterError) {
    guard base.sites["head"] == nil || base.hasOwnHead else {
      throw AdapterError(
        .unsupported, context: "\(adapter.path): module \(name)", expected: "a model whose head has weights of its own",
        found: "a head that is the embedding",
        hint: "Merged, both would change. Use the adapter beside the model, by --adapter.")
    }
  }

  // MARK: Files and types

  private func stored(_ name: String, _ weights: any TensorSource) throws(AdapterError) -> StoredTensor {
    try AdapterError.converting { () throws(FormatError) in try weights.stored(name) }
  }

  private func float32(_ stored: StoredTensor) throws(AdapterError) -> Tensor {
    try AdapterError.converting { () throws(FormatError) in try stored.float32() }
  }

  private func rounded(
    _ tensor: Tensor, like stored: StoredTensor
  ) throws(AdapterError) -> (StoredTensor, MergeReport.Change) {
    guard tensor.shape == stored.shape else { throw mismatch(stored.name, tensor.shape) }
    guard case .dense(let dtype) = stored.type, [.f32, .f16, .bf16].contains(dtype) else {
      throw AdapterError(
        .unsupported, context: stored.name, expected: "weights of F32, F16 or BF16", found: "\(stored.type)",
        hint: "Merge into the model before it was quantized, and quantize the result.")
    }
    let result = try AdapterError.converting { () throws(FormatError) in
      try StoredTensor(name: stored.name, rounding: tensor, to: dtype)
    }
    return (result, MergeReport.Change(stored.name, before: try float32(stored), after: try float32(result)))
  }

  private func mismatch(_ name: String, _ shape: Shape) -> AdapterError {
    AdapterError(
      .shapeMismatch, context: "\(adapter.path): module \(name)", expected: "the shape of the base's weights",
      found: "\(shape)", hint: "The adapter was made for a model of another size.")
  }
}
