import CInkKernels

/// The updates of one instruction set.
///
/// `@unchecked Sendable`: the pointer leads to a constant table of functions without state.
struct OptimizerKernels: @unchecked Sendable {
  private let table: UnsafePointer<ink_optimizer_kernels>

  /// The functions of a set that this machine has; a programmer's error for another one.
  init(_ set: InstructionSet) {
    guard let table = ink_optimizer_kernels_named(set.rawValue) else {
      trap("OptimizerKernels", "\(set) on a machine without it")
    }
    self.table = table
  }

  /// The functions.
  var call: ink_optimizer_kernels { @inline(__always) _read { yield table.pointee } }
}
