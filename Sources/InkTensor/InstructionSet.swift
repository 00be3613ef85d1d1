import CInkKernels

/// The instruction sets that kernels are written for.
public enum InstructionSet: String, Sendable, CaseIterable {
  /// Plain C, for any processor.
  case portable
  /// x86-64 with AVX2, FMA and F16C.
  case avx2
  /// x86-64 with AVX-512 (F, BW, DQ, VL) and its int8 dot product (VNNI).
  case avx512
  /// 64-bit ARM.
  case neon

  /// Those that this machine can run, slowest first.
  public static var available: [InstructionSet] {
    allCases.filter { RowKernels(named: $0) != nil && MatrixKernels(named: $0) != nil }
  }

  /// The fastest that this machine can run.
  public static var best: InstructionSet { available.last ?? .portable }
}

/// The row-wise kernels of one instruction set.
///
/// `@unchecked Sendable`: the pointer leads to a constant table of functions without state.
struct RowKernels: @unchecked Sendable {
  private let table: UnsafePointer<ink_row_kernels>

  init?(named set: InstructionSet) {
    guard let table = ink_row_kernels_named(set.rawValue) else { return nil }
    self.table = table
  }

  /// The functions.
  var call: ink_row_kernels { @inline(__always) _read { yield table.pointee } }
}

/// The matrix kernels of one instruction set.
///
/// `@unchecked Sendable`: the pointer leads to a constant table of functions without state.
struct MatrixKernels: @unchecked Sendable {
  private let table: UnsafePointer<ink_matrix_kernels>

  init?(named set: InstructionSet) {
    var tables = [UnsafePointer<ink_matrix_kernels>?](repeating: nil, count: 4)
    let count = ink_matrix_kernels_available(&tables)
    for table in tables.prefix(count) {
      if let table, String(cString: table.pointee.name) == set.rawValue {
        self.table = table
        return
      }
    }
    return nil
  }

  /// The functions.
  var call: ink_matrix_kernels { @inline(__always) _read { yield table.pointee } }
}
