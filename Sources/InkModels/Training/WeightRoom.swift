import InkFormats
import InkTensor
import Synchronization

/// Room for weights that no file limits: their sizes come from a configuration alone.
package final class WeightRoom: Sendable {
  /// Address space that systems give a process; what is asked for beyond it, none has.
  private static let addressSpace = 1 << 46

  private struct State {
    var taken = 0
    var isExceeded = false
  }

  private let state = Mutex(State())

  package init() {}

  /// Whether a tensor was refused.
  package var isExceeded: Bool { state.withLock(\.isExceeded) }

  /// Takes room for a tensor of f32 before memory is asked for.
  ///
  /// - Throws: `outOfRange` for what the system does not give: one piece that is larger than the memory of this machine,
  ///   or all pieces together more than addresses reach.
  func take(_ shape: Shape, for name: String, in path: String) throws(FormatError) {
    let isTaken = state.withLock { state in
      guard let count = WeightRoom.byteCount(shape), count <= WeightRoom.addressSpace - state.taken else {
        state.isExceeded = true
        return false
      }
      state.taken += count
      return true
    }
    if !isTaken { throw WeightRoom.refusal(of: shape, name, path) }
  }

  /// Refuses a tensor of f32 that alone is larger than the memory of this machine.
  static func require(_ shape: Shape, for name: String, in path: String) throws(FormatError) {
    guard byteCount(shape) == nil else { return }
    throw refusal(of: shape, name, path)
  }

  /// The bytes of a tensor of f32; nil for more than the memory of this machine.
  private static func byteCount(_ shape: Shape) -> Int? {
    guard let count = ElementType.dense(.f32).byteCount(shape), count <= MachineMemory.byteCount else { return nil }
    return count
  }

  private static func refusal(of shape: Shape, _ name: String, _ path: String) -> FormatError {
    FormatError(
      .outOfRange, file: path, context: "tensor \"\(name)\"",
      expected: "at most \(MachineMemory.byteCount) bytes, the memory of this machine",
      found: "f32 numbers of shape \(shape)",
      hint: "Make the model smaller, or go to a machine with more memory.")
  }
}
