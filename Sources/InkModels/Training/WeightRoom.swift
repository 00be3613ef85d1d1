import InkFormats
import InkTensor

/// Room for weights that no file limits: their sizes come from a configuration alone.
enum WeightRoom {
  /// Refuses a tensor of f32 that alone is larger than the memory of this machine: the system gives no such piece.
  static func require(_ shape: Shape, for name: String, in path: String) throws(FormatError) {
    let most = MachineMemory.byteCount
    if let count = ElementType.dense(.f32).byteCount(shape), count <= most { return }
    throw FormatError(
      .outOfRange, file: path, context: "tensor \"\(name)\"",
      expected: "at most \(most) bytes, the memory of this machine", found: "f32 numbers of shape \(shape)",
      hint: "Make the model smaller, or go to a machine with more memory.")
  }
}
