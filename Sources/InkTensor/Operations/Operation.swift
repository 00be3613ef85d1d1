/// An operation: its shape rule, its forward and its backward stand in one file.
///
/// Conforming types are namespaces (`enum RMSNorm`); their arguments are a value, so that a tape can keep it.
protocol Operation: SendableMetatype {
  /// What the operation reads: tensors and settings.
  associatedtype Arguments: Sendable

  /// The name used in messages.
  static var name: StaticString { get }

  /// The shape of the result, or what is wrong with the arguments.
  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape

  /// Computes the result into `result`, a row-major f32 tensor of the shape given by the shape rule.
  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU)

  /// The tensors that gradients flow to.
  static func inputs(of arguments: Arguments) -> [Tensor]

  /// The arguments without the elements that the backward does not read (``Tensor/hollow``).
  static func kept(_ arguments: Arguments) -> Arguments

  /// The kept arguments with the activations among them changed: rounded when they are kept, and back when they are read
  /// (``KeptPrecision``). Operations that keep few leave them as they are.
  static func changed(_ kept: Arguments, _ change: (Tensor) -> Tensor) -> Arguments

  /// Where later steps find the result on the way back.
  static var retention: ResultRetention { get }

  /// Adds the gradients of the inputs, given that of the result.
  ///
  /// - Parameters:
  ///   - arguments: what ``kept(_:)`` gave.
  ///   - gradient: in the shape of the result.
  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow)
}

extension Operation {
  static func changed(_ kept: Arguments, _ change: (Tensor) -> Tensor) -> Arguments { kept }

  static var retention: ResultRetention { .kept }
}

/// Why arguments do not fit an operation.
struct ShapeMismatch: Error {
  let detail: String
  init(_ detail: String) { self.detail = detail }
}

extension CPU {
  /// Checks, allocates, computes, and notes the step where gradients are wanted. Arguments that do not fit are a
  /// programmer's error and end in `trap`.
  func apply<Op: Operation>(_ operation: Op.Type, _ arguments: Op.Arguments) -> Tensor {
    let result = compute(operation, arguments)
    guard let tape, Op.inputs(of: arguments).contains(where: tape.tracks) else { return result }
    let whole = Op.changed(arguments) { tape.kept($0, on: self) }
    let kept = Op.kept(whole)
    let computed: (@Sendable (CPU) -> Tensor)? =
      switch Op.retention {
      case .kept: nil
      case .computedAgain: { cpu in cpu.compute(Op.self, Op.changed(whole) { cpu.widened($0) }) }
      }
    return tape.append(results: [result], of: Op.inputs(of: arguments), computed: computed) { results in
      { flow in
        guard let gradient = flow.take(results[0]) else { return }
        let cpu = flow.cpu
        Op.backward(Op.changed(kept) { cpu.widened($0) }, gradient: gradient, into: &flow)
      }
    }[0]
  }

  private func compute<Op: Operation>(_ operation: Op.Type, _ arguments: Op.Arguments) -> Tensor {
    do {
      let result = allocate(try Op.resultShape(of: arguments))
      Op.forward(arguments, into: result, on: self)
      return result
    } catch {
      trap(Op.name, error.detail)
    }
  }
}
