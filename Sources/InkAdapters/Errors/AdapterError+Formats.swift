import InkFormats
import InkTensor

extension AdapterError {
  /// The failure of a file, seen from an adapter.
  init(_ error: FormatError) {
    let code: Code =
      switch error.code {
      case .missing: .missingTensor
      case .shapeMismatch: .shapeMismatch
      case .unsupported: .unsupported
      case .diskFull: .diskFull
      case .outOfMemory: .outOfMemory
      case .cannotOpen, .cannotWrite, .truncated, .malformed, .outOfRange, .overlap, .duplicate, .typeMismatch: .file
      }
    let place = [error.file, error.context].filter { !$0.isEmpty }.joined(separator: ": ")
    self.init(code, context: place, expected: error.expected, found: error.found, hint: error.hint)
  }

  /// A tensor that cannot be packed.
  init(_ error: TensorError, _ context: String) {
    self.init(.shapeMismatch, context: context, expected: error.expected, found: error.found, hint: error.hint)
  }

  /// Runs what reads or writes files.
  static func converting<Value>(
    _ body: () throws(FormatError) -> Value
  ) throws(AdapterError) -> Value {
    do { return try body() } catch { throw AdapterError(error) }
  }
}
