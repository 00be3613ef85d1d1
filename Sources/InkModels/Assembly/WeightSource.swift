package import InkFormats
package import InkTensor

/// Where the weights of a model come from, by the names that the model has for them.
package protocol WeightSource: Sendable {
  /// The source's path, for messages.
  var path: String { get }
  /// The names there are.
  var names: [String] { get }
  /// Whether there is such a tensor.
  func contains(_ name: String) -> Bool
  /// The tensor of the file that one of the model's is made of, if it comes from a file.
  func origin(of name: String) -> TensorInfo?
  /// A tensor; the shape is what the model needs, and what a source that makes weights gives.
  func stored(_ name: String, shape: Shape) throws(FormatError) -> StoredTensor
}

extension MappedWeights: WeightSource {
  package func stored(_ name: String, shape: Shape) throws(FormatError) -> StoredTensor { try stored(name) }
}
