import InkFormats
import InkModels
import InkNN
import InkTensor

/// What a run has in memory of the model that it begins from.
struct BaseMemory: Sendable {
  /// The bytes of the model's own weights: those in f32, and those that stay packed.
  let weights: Int
  /// Files that are mapped and stay resident.
  let mapped: Int
  /// The largest tensor while it is decoded.
  let decoding: Int
  /// Weights that are copied into the layout of files before they are written.
  let writing: Int

  /// The memory of a model.
  ///
  /// - Parameters:
  ///   - weights: all that are f32.
  ///   - sites: its matrices, of which those that stay as they are stored are counted.
  ///   - base: how those are held that an adapter leaves as they are.
  ///   - map: how files name and lay out the weights.
  ///   - source: the files that the weights are read from; nil for weights that are drawn. Decoded, they are in memory
  ///     twice.
  init(
    _ weights: [Parameter], sites: [AdapterSite], held base: AdapterChoice.Base = .f32, written map: WeightMap,
    source: (any TensorSource)?
  ) throws(TrainingError) {
    // A head that is the table of embeddings is in memory once.
    var places: Set<PackedMatrix.Place> = []
    let packed = sites.reduce(0) { sum, site in
      switch site.weight {
      case .packed(let matrix): places.insert(matrix.place).inserted ? sum + matrix.byteCount : sum
      case .dense: sum
      }
    }
    self.weights = packed + weights.byteCount
    do throws(FormatError) {
      let stored = try WeightPlaces(map)
      writing = weights.reduce(0) { sum, parameter in
        guard let place = stored.place(of: parameter.name), place.parts.count == 1, place.layout == .outputsFirst else {
          return sum + parameter.value.byteCount
        }
        return sum
      }
    } catch { throw TrainingError(error) }
    guard let source else {
      (mapped, decoding) = (0, 0)
      return
    }
    switch base {
    case .asStored: (mapped, decoding) = (0, 0)
    case .f32, .rounded:
      // Pages of a tensor are given back when it is read.
      mapped = source.tensorNames.reduce(0) { max($0, source.info($1)?.byteCount ?? 0) }
      let largest = sites.map { 4 * $0.outputs * $0.inputs }.max() ?? 0
      decoding = max(weights.map(\.value.byteCount).max() ?? 0, largest)
    }
  }
}

extension Tensor {
  /// The bytes of the elements.
  var byteCount: Int { elementCount * dtype.byteCount }
}

extension [Parameter] {
  /// The bytes of all of them.
  var byteCount: Int { reduce(0) { $0 + $1.value.byteCount } }
}
