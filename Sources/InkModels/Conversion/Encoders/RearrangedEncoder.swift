import InkFormats
import InkTensor

/// An encoder's tensors with some left out, renamed, or with rows before them taken away or added.
struct RearrangedEncoder: TensorSource {
  /// What a tensor becomes.
  enum Change {
    case renamed(String)
    /// Itself, and the same under a second name.
    case repeated(String)
    case leftOut
    /// Without so many rows at its beginning.
    case withoutRows(Int)
    /// Behind so many rows of zeros, in single precision.
    case behindZeros(Int)
  }

  private let source: MappedWeights
  private var origins: [String: (name: String, change: Change?)] = [:]
  private(set) var tensorNames: [String] = []
  /// The names of what is left out.
  private(set) var leftOut: [String] = []

  /// - Parameter change: what becomes of a name; nil for nothing.
  init(_ source: MappedWeights, _ change: (String) -> Change?) {
    self.source = source
    for name in source.names {
      let change = change(name)
      var new = name
      switch change {
      case .leftOut?:
        leftOut.append(name)
        continue
      case .renamed(let other)?: new = other
      case .repeated(let second)?:
        origins[second] = (name, nil)
        tensorNames.append(second)
      case .withoutRows?, .behindZeros?, nil: break
      }
      origins[new] = (name, change)
      tensorNames.append(new)
    }
  }

  var path: String { source.path }

  func contains(_ name: String) -> Bool { origins[name] != nil }

  func find(_ name: String) -> StoredTensor? { try? stored(name) }

  func stored(_ name: String) throws(FormatError) -> StoredTensor {
    guard let origin = origins[name] else {
      throw FormatError(.missing, file: path, context: "tensor \(ModelLoadError.quoted(name))")
    }
    let tensor = try source.stored(origin.name)
    switch origin.change {
    case .withoutRows(let count)?:
      guard tensor.shape.rank == 2, tensor.shape[0] > count else { throw mismatch(tensor, "more than \(count) rows") }
      return try tensor.rows(count..<tensor.shape[0]).named(name)
    case .behindZeros(let count)?:
      guard tensor.shape.rank == 2 else { throw mismatch(tensor, "rows") }
      let zeros = [Float](repeating: 0, count: count * tensor.shape[1])
      let values = zeros + (try tensor.float32().toArray())
      return StoredTensor(name: name, Tensor(values, shape: [count + tensor.shape[0], tensor.shape[1]]))
    case .renamed?, .repeated?, .leftOut?, nil: return tensor.named(name)
    }
  }

  private func mismatch(_ tensor: StoredTensor, _ expected: String) -> FormatError {
    FormatError(
      .shapeMismatch, file: path, context: "tensor \(ModelLoadError.quoted(tensor.name))", expected: expected,
      found: "\(tensor.shape)")
  }
}
