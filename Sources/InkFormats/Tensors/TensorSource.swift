public import InkTensor

/// Anything that holds named tensors: a safetensors file or set of shards, a GGUF file, weights in memory.
public protocol TensorSource: Sendable {
  /// The path that stands for the source in messages.
  var path: String { get }
  /// The names, in the order of the file.
  var tensorNames: [String] { get }
  /// The tensor of a name, or nil; copies nothing.
  func find(_ name: String) -> StoredTensor?
  /// Whether there is such a tensor, without making it.
  func contains(_ name: String) -> Bool
  /// Type, shape and size of a tensor, or nil.
  func info(_ name: String) -> TensorInfo?
  /// The tensor of a name where it lies.
  ///
  /// - Throws: `missing`, naming the nearest name there is; what making the tensor throws.
  func stored(_ name: String) throws(FormatError) -> StoredTensor
}

extension TensorSource {
  public func contains(_ name: String) -> Bool { find(name) != nil }

  public func info(_ name: String) -> TensorInfo? { find(name)?.info }

  public func stored(_ name: String) throws(FormatError) -> StoredTensor {
    if let tensor = find(name) { return tensor }
    let nearest = NameDistance.nearest(to: name, among: tensorNames)
    throw FormatError(
      .missing, file: path, context: "tensor \(FormatError.quoted(name))",
      found: "\(tensorNames.count) other tensors", hint: nearest.map { "The nearest name is \"\($0)\"." } ?? "")
  }

  /// A dense tensor of its own dtype, without copying.
  ///
  /// - Throws: `missing`; `typeMismatch` for packed blocks.
  public func tensor(_ name: String) throws(FormatError) -> Tensor { try stored(name).tensor() }
}

/// Tensors in memory as a source, for export and tests.
public struct TensorCollection: TensorSource {
  public let path: String
  public private(set) var tensorNames: [String] = []
  private var tensors: [String: StoredTensor] = [:]

  /// A source of the given tensors.
  ///
  /// - Throws: `duplicate` when a name occurs twice.
  public init(_ list: [StoredTensor], path: String = "memory") throws(FormatError) {
    self.path = path
    for tensor in list {
      guard tensors.updateValue(tensor, forKey: tensor.name) == nil else {
        throw FormatError(.duplicate, file: path, context: "tensor \(FormatError.quoted(tensor.name))")
      }
      tensorNames.append(tensor.name)
    }
  }

  public func find(_ name: String) -> StoredTensor? { tensors[name] }
}
