import InkFormats
import InkNN
import InkTensor

/// Takes weights by their names in the decoder out of a source, checks their shapes, and remembers which were taken.
struct WeightReader {
  let source: any WeightSource
  let use: WeightUse
  let cpu: CPU
  /// Where the matrices of the model lie side by side.
  let arena = WeightArena()
  private(set) var taken: Set<String> = []
  /// The weights that may be trained, in the order in which they were read.
  private(set) var parameters: [Parameter] = []

  init(source: any WeightSource, use: WeightUse = .inference, cpu: CPU) {
    self.source = source
    self.use = use
    self.cpu = cpu
  }

  /// A matrix of a linear map: packed for the kernels, or f32 that may be trained.
  ///
  /// - Parameter storedShape: the shape in the file where it is another one of as many elements (convolutions).
  mutating func matrix(
    _ name: String, outputs: Int, inputs: Int, storedShape: Shape? = nil
  ) throws(ModelLoadError) -> Weight {
    let stored = try find(name, shape: storedShape ?? [outputs, inputs])
    return try weight(stored, name: name, outputs: outputs, inputs: inputs)
  }

  /// A stored matrix under the name that it has in the model.
  mutating func weight(
    _ stored: StoredTensor, name: String, outputs: Int, inputs: Int
  ) throws(ModelLoadError) -> Weight {
    switch use {
    case .inference: return .packed(try pack(stored, outputs: outputs, inputs: inputs))
    case .training(let form):
      switch form(name) {
      case .stored: return .packed(try pack(stored, outputs: outputs, inputs: inputs))
      case .rounded(let rounding):
        return .packed(try round(stored, to: rounding, outputs: outputs, inputs: inputs))
      case .float32: return .dense(try parameter(stored, name: name).reshaped([outputs, inputs]))
      case .bfloat16:
        let own = cpu.roundedToBFloat16(try float32(stored))
        return .dense(add(own, name: name).reshaped([outputs, inputs]))
      }
    }
  }

  /// A stored tensor as f32 of its own memory, which training may change.
  private mutating func parameter(_ stored: StoredTensor, name: String) throws(ModelLoadError) -> Tensor {
    let values = try float32(stored)
    // What was decoded is in memory of its own already; what was not is a view of what others read too.
    let own = values.storage === stored.storage ? cpu.copied(values) : values
    // The file's pages would be resident beside the weight.
    stored.storage.discardResidentRuns(around: stored.byteRange)
    return add(own, name: name)
  }

  private mutating func add(_ tensor: Tensor, name: String) -> Tensor {
    let own = tensor.asParameter()
    parameters.append(Parameter(name: name, value: own))
    return own
  }

  private func float32(_ stored: StoredTensor) throws(ModelLoadError) -> Tensor {
    do { return try stored.float32() } catch { throw ModelLoadError(error) }
  }

  /// A stored matrix, or as many numbers in another shape, packed for the kernels.
  func pack(_ stored: StoredTensor, outputs: Int, inputs: Int) throws(ModelLoadError) -> PackedMatrix {
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
        .unsupported, context: "\(source.path): \(stored.name)", expected: error.expected, found: error.found,
        hint: error.hint)
    }
  }

  /// A stored matrix rounded and packed.
  private func round(
    _ stored: StoredTensor, to rounding: WeightRounding, outputs: Int, inputs: Int
  ) throws(ModelLoadError) -> PackedMatrix {
    let values: Tensor
    do { values = try stored.float32() } catch { throw ModelLoadError(error) }
    do {
      let packed = try PackedMatrix.pack(values.reshaped([outputs, inputs]), to: rounding, cpu: cpu, arena: arena)
      // The stored numbers are not read again.
      stored.storage.discardResidentRuns(around: stored.byteRange)
      return packed
    } catch {
      throw ModelLoadError(
        .unsupported, context: "\(source.path): \(stored.name)", expected: error.expected, found: error.found,
        hint: error.hint)
    }
  }

  /// A vector, as f32.
  ///
  /// - Parameter offset: added to what is stored, for inference alone.
  mutating func vector(_ name: String, count: Int, offset: Float = 0) throws(ModelLoadError) -> Tensor {
    let stored = try find(name, shape: [count])
    switch use {
    case .training: return try parameter(stored, name: name)
    case .inference:
      // A view of the file would keep its pages resident, and with them megabytes of others that the system maps along.
      let numbers = try float32(stored).toArray()
      stored.storage.discardResidentRuns(around: stored.byteRange)
      return Tensor(offset == 0 ? numbers : numbers.map { $0 + offset }, shape: stored.shape)
    }
  }

  /// Refuses to go on where weights are to be trained: no tape sees through what this part does with them.
  func requireInference(_ part: String) throws(ModelLoadError) {
    switch use {
    case .inference: return
    case .training:
      throw ModelLoadError(
        .unsupported, context: "\(source.path): \(part)", expected: "weights that do not change",
        found: "weights to be trained", hint: "Vision models cannot be trained.")
    }
  }

  /// A single number, which cannot be trained.
  mutating func scalar(_ name: String) throws(ModelLoadError) -> Float {
    try requireInference(name)
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
    let place = "\(name).weight"
    switch spec {
    case .rms(let epsilon, .direct): return .rms(weight: try vector(place, count: width), epsilon: epsilon)
    case .rms(let epsilon, .minusOne):
      switch use {
      case .inference: return .rms(weight: try vector(place, count: width, offset: 1), epsilon: epsilon)
      // Rounded sums would not give back what was stored, and decay would pull to minus one.
      case .training: return .shiftedRMS(weight: try vector(place, count: width), offset: 1, epsilon: epsilon)
      }
    case .layer(let epsilon, let bias):
      return .layer(
        weight: try vector(place, count: width),
        bias: bias == .present ? try vector("\(name).bias", count: width) : nil, epsilon: epsilon)
    }
  }

  /// Fails if the source holds tensors that nothing took: a spec that forgets weights computes something else.
  func requireAllTaken() throws(ModelLoadError) {
    let left = source.names.filter { !taken.contains($0) && !PredictionWeights.isNamed($0) }
    guard let first = left.first else { return }
    throw ModelLoadError(
      .unusedTensor, context: "\(source.path): \(first)", found: left.count > 1 ? "\(left.count) such tensors" : "",
      hint: "The configuration does not match the weights, or the family's weight map does not know this tensor.")
  }

  mutating func find(_ name: String, shape: Shape) throws(ModelLoadError) -> StoredTensor {
    let stored: StoredTensor
    do { stored = try source.stored(name, shape: shape) } catch { throw ModelLoadError(error) }
    guard stored.shape == shape else {
      throw ModelLoadError(
        .shapeMismatch, context: "\(source.path): \(name)", expected: "\(shape)", found: "\(stored.shape)")
    }
    taken.insert(name)
    return stored
  }
}
