import InkFormats
import InkNN
import InkTensor

/// Takes weights by their names in the decoder out of a source, checks their shapes, and remembers which were taken.
struct WeightReader {
  let source: MappedWeights
  let cpu: CPU
  /// Where the matrices of the model lie side by side.
  private let arena = WeightArena()
  private(set) var taken: Set<String> = []

  init(source: MappedWeights, cpu: CPU) {
    self.source = source
    self.cpu = cpu
  }

  /// A matrix of a linear map, packed for the kernels.
  ///
  /// - Parameter storedShape: the shape in the file where it is another one of as many elements (convolutions).
  mutating func matrix(
    _ name: String, outputs: Int, inputs: Int, storedShape: Shape? = nil
  ) throws(ModelLoadError) -> PackedMatrix {
    let stored = try find(name, shape: storedShape ?? [outputs, inputs])
    do throws(TensorError) {
      switch stored.type {
      case .packed(let format):
        return try PackedMatrix.pack(
          stored.storage, range: stored.byteRange, format: format, outputs: outputs, inputs: inputs, cpu: cpu,
          arena: arena)
      case .dense(let dtype):
        let tensor = try Tensor(
          storage: stored.storage, byteOffset: stored.byteRange.lowerBound, dtype: dtype, shape: [outputs, inputs])
        return try PackedMatrix.pack(tensor, cpu: cpu, arena: arena)
      }
    } catch {
      throw ModelLoadError(
        .unsupported, context: "\(source.path): \(name)", expected: error.expected, found: error.found, hint: error.hint
      )
    }
  }

  /// A vector, as f32.
  mutating func vector(_ name: String, count: Int) throws(ModelLoadError) -> Tensor {
    let stored = try find(name, shape: [count])
    do { return try stored.float32() } catch { throw ModelLoadError(error) }
  }

  /// A single number.
  mutating func scalar(_ name: String) throws(ModelLoadError) -> Float {
    let stored = try find(name, shape: [])
    do { return try stored.float32().toArray()[0] } catch { throw ModelLoadError(error) }
  }

  /// A linear map under `name`.weight and, if the spec says so, `name`.bias.
  mutating func linear(_ name: String, outputs: Int, inputs: Int, bias: BiasSpec) throws(ModelLoadError) -> Linear {
    let weight = try matrix("\(name).weight", outputs: outputs, inputs: inputs)
    return Linear(weight: weight, bias: bias == .present ? try vector("\(name).bias", count: outputs) : nil)
  }

  /// A norm under `name`.weight and, if the spec says so, `name`.bias.
  mutating func norm(_ name: String, _ spec: NormSpec, width: Int) throws(ModelLoadError) -> Norm {
    let weight = try vector("\(name).weight", count: width)
    switch spec {
    case .rms(let epsilon, .direct): return .rms(weight: weight, epsilon: epsilon)
    case .rms(let epsilon, .minusOne):
      return .rms(weight: Tensor(weight.toArray().map { $0 + 1 }, shape: weight.shape), epsilon: epsilon)
    case .layer(let epsilon, let bias):
      return .layer(
        weight: weight, bias: bias == .present ? try vector("\(name).bias", count: width) : nil, epsilon: epsilon)
    }
  }

  /// Fails if the source holds tensors that nothing took: a spec that forgets weights computes something else.
  func requireAllTaken() throws(ModelLoadError) {
    let left = source.names.filter { !taken.contains($0) }
    guard let first = left.first else { return }
    throw ModelLoadError(
      .unusedTensor, context: "\(source.path): \(first)", found: left.count > 1 ? "\(left.count) such tensors" : "",
      hint: "The configuration does not match the weights, or the family's weight map does not know this tensor.")
  }

  private mutating func find(_ name: String, shape: Shape) throws(ModelLoadError) -> StoredTensor {
    let stored: StoredTensor
    do { stored = try source.stored(name) } catch { throw ModelLoadError(error) }
    guard stored.shape == shape else {
      throw ModelLoadError(
        .shapeMismatch, context: "\(source.path): \(name)", expected: "\(shape)", found: "\(stored.shape)")
    }
    taken.insert(name)
    return stored
  }
}
