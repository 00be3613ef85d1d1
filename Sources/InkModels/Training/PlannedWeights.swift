package import InkFormats
package import InkTensor

/// Weights without numbers: memory that is asked for and not touched, so that a model of any size can be put together on
/// a backend that computes nothing.
package struct PlannedWeights: WeightSource {
  package let path = "planned weights"
  package let names: [String] = []

  private let room: WeightRoom

  /// Weights that take room.
  package init(in room: WeightRoom = WeightRoom()) { self.room = room }

  package func contains(_ name: String) -> Bool { false }

  package func origin(of name: String) -> TensorInfo? { nil }

  package func stored(_ name: String, shape: Shape) throws(FormatError) -> StoredTensor {
    try room.take(shape, for: name, in: path)
    let storage = Storage.allocate(byteCount: shape.elementCount * 4)
    return try StoredTensor(
      name: name, type: .dense(.f32), shape: shape, storage: storage, byteRange: 0..<storage.byteCount)
  }
}
