import CInkKernels

/// The searches of vectors of one instruction set.
///
/// `@unchecked Sendable`: the pointer leads to a constant table of functions without state.
struct VectorKernels: @unchecked Sendable {
  private let table: UnsafePointer<ink_vector_kernels>

  init?(named set: InstructionSet) {
    guard let table = ink_vector_kernels_named(set.rawValue) else { return nil }
    self.table = table
  }

  /// The functions.
  var call: ink_vector_kernels { @inline(__always) _read { yield table.pointee } }
}

extension CPU {
  /// The searches of vectors for this backend's instruction set.
  var vectors: VectorKernels {
    guard let found = VectorKernels(named: instructionSet) ?? VectorKernels(named: .portable) else {
      trap("CPU.vectors", "no kernels for this processor")
    }
    return found
  }
}
