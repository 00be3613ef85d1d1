/// An operation: its shape rule and its forward stand in one file, and its backward joins them there when it is
/// recorded on a tape.
///
/// Conforming types are namespaces (`enum RMSNorm`); their arguments are a value, so that a tape can keep it.
protocol Operation {
  /// What the operation reads: tensors and settings.
  associatedtype Arguments: Sendable

  /// The name used in messages.
  static var name: StaticString { get }

  /// The shape of the result, or what is wrong with the arguments.
  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape

  /// Computes the result into `result`, a row-major f32 tensor of the shape given by the shape rule.
  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU)
}

/// Why arguments do not fit an operation.
struct ShapeMismatch: Error {
  let detail: String
  init(_ detail: String) { self.detail = detail }
}

extension CPU {
  /// Checks, allocates, computes. Arguments that do not fit are a programmer's error and end in `trap`.
  func apply<Op: Operation>(_ operation: Op.Type, _ arguments: Op.Arguments) -> Tensor {
    do {
      let result = allocate(try Op.resultShape(of: arguments))
      Op.forward(arguments, into: result, on: self)
      return result
    } catch {
      trap(Op.name, error.detail)
    }
  }
}
