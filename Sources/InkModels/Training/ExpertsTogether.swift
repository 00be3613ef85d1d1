package import InkFormats
package import InkTensor

/// A model's tensors with gate and up of an expert as one matrix, the gate's rows first, where a checkpoint has them so.
struct ExpertsTogether: TensorSource {
  private static let fused = ".gateUp.weight"

  let path: String
  private(set) var tensorNames: [String] = []
  private let source: TensorCollection
  /// The experts whose matrices are one, by the names of these.
  private var halves: [String: (gate: String, up: String)] = [:]

  /// - Parameter checkpoint: says which experts are stored so; where only one half is there it stays by itself.
  init(_ source: TensorCollection, like checkpoint: MappedWeights) {
    self.source = source
    path = source.path
    var hidden: Set<String> = []
    for name in checkpoint.names where name.hasSuffix(ExpertsTogether.fused) {
      let expert = name.dropLast(ExpertsTogether.fused.count)
      let (gate, up) = ("\(expert).gate.weight", "\(expert).up.weight")
      guard source.contains(gate), source.contains(up) else { continue }
      halves[name] = (gate, up)
      hidden.formUnion([gate, up])
      tensorNames.append(name)
    }
    tensorNames += source.tensorNames.filter { !hidden.contains($0) }
  }

  func contains(_ name: String) -> Bool { halves[name] != nil || source.contains(name) }

  func find(_ name: String) -> StoredTensor? { try? stored(name) }

  func stored(_ name: String) throws(FormatError) -> StoredTensor {
    guard let (gate, up) = halves[name] else { return try source.stored(name) }
    let parts = (try source.stored(gate).float32(), try source.stored(up).float32())
    guard parts.0.shape.rank == 2, parts.0.shape == parts.1.shape else {
      throw FormatError(
        .shapeMismatch, file: path, context: "tensor \(name)", expected: "two matrices of one shape",
        found: "\(parts.0.shape) and \(parts.1.shape)")
    }
    let whole = Tensor(
      parts.0.toArray() + parts.1.toArray(), shape: [2 * parts.0.shape[0], parts.0.shape[1]])
    return StoredTensor(name: name, whole)
  }
}

extension MappedWeights {
  /// A model's tensors as the checkpoint has them that the model was loaded from.
  ///
  /// - Parameter tensors: by their names in the model; all parts of what is fused in the checkpoint.
  package func checkpointTensors(
    of tensors: [(name: String, value: Tensor)]
  ) throws(ModelLoadError) -> [StoredTensor] {
    do throws(FormatError) {
      let model = try TensorCollection(tensors.map { StoredTensor(name: $0.name, $0.value) }, path: "the model")
      let mapped = try restoring(ExpertsTogether(model, like: self))
      var result: [StoredTensor] = []
      for name in mapped.names { result.append(try mapped.stored(name)) }
      return result
    } catch { throw ModelLoadError(error) }
  }
}
