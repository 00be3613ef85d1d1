package import InkData
package import InkFormats
package import InkTensor

/// Named tensors of a checkpoint as one safetensors file.
package enum TensorFile {
  /// Writes a file whole or not at all.
  package static func write(_ tensors: [(name: String, tensor: Tensor)], to path: String) throws(TrainingError) {
    do throws(FormatError) {
      try SafetensorsWriter(sharding: .single).write(
        tensors.map { StoredTensor(name: $0.name, $0.tensor) }, to: path)
    } catch { throw TrainingError(error) }
  }

  /// All tensors of a file, in its order.
  package static func read(_ path: String) throws(TrainingError) -> [(name: String, tensor: Tensor)] {
    do throws(FormatError) {
      let file = try SafetensorsFile.open(path)
      var tensors: [(name: String, tensor: Tensor)] = []
      for name in file.tensorNames { tensors.append((name, try file.tensor(name))) }
      return tensors
    } catch { throw TrainingError(error) }
  }

  /// Puts the values of a file into weights where they lie.
  ///
  /// - Throws: `mismatch` unless the file holds exactly these weights in their shapes.
  package static func restore(_ parameters: [Parameter], from path: String, on cpu: CPU) throws(TrainingError) {
    let stored = Dictionary(try read(path).map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
    for parameter in parameters {
      guard let value = stored[parameter.name], value.shape == parameter.value.shape,
        value.dtype == parameter.value.dtype
      else {
        throw TrainingError(
          .mismatch, context: "\(path): \(parameter.name)",
          expected: "\(parameter.value.dtype.rawValue) \(parameter.value.shape)",
          found: stored[parameter.name].map { "\($0.dtype.rawValue) \($0.shape)" } ?? "nothing",
          hint: "The checkpoint is of another model or of other weights: start in another folder, or without resuming.")
      }
    }
    let names = Set(parameters.map(\.name))
    if let other = stored.keys.sorted().first(where: { !names.contains($0) }) {
      throw TrainingError(
        .mismatch, context: "\(path): \(other)", expected: "weights that this run trains",
        hint: "The checkpoint is of a run that trained others.")
    }
    for parameter in parameters {
      if let value = stored[parameter.name] { cpu.copy(value, into: parameter.value) }
    }
  }
}

extension TrainingError {
  /// The failure of a file, seen from the run.
  package init(_ error: FormatError) {
    let place = [error.file, error.context].filter { !$0.isEmpty }.joined(separator: ": ")
    if error.code == .diskFull {
      self = .diskFull(at: place)
    } else {
      self.init(
        error.code == .outOfMemory ? .outOfMemory : .file, context: place, expected: error.expected, found: error.found,
        hint: error.hint)
    }
  }

  /// A disk without room.
  static func diskFull(at place: String) -> TrainingError {
    TrainingError(
      .diskFull, context: place, expected: "free space", found: "a full disk",
      hint: "Free some space and start the run again: it goes on from its last checkpoint.")
  }
}

extension TrainingError {
  /// What a body gives, with a failure of data as one of the run.
  static func converting<Value>(_ body: () throws(DataError) -> Value) throws(TrainingError) -> Value {
    do { return try body() } catch { throw TrainingError(error) }
  }

  /// The failure of data, seen from the run.
  package init(_ error: DataError) {
    let hint =
      switch error.code {
      case .tooLong: "sequence.too_long says what becomes of such samples: truncate, truncate_start, split or drop."
      case .emptyMask: error.hint.isEmpty ? "sequence.without_loss: drop leaves such samples out." : error.hint
      case .file, .invalidRecord, .invalidSetting, .unsupported: error.hint
      }
    self.init(.data, context: error.context, expected: error.expected, found: error.found, hint: hint)
  }
}
