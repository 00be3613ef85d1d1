import CInkKernels

/// The sums of scores of one instruction set.
///
/// `@unchecked Sendable`: the pointer leads to a constant table of functions without state.
package struct ScoreKernels: @unchecked Sendable {
  private let table: UnsafePointer<ink_score_kernels>

  /// Those of an instruction set; nil if this machine does not have it.
  package init?(named set: InstructionSet) {
    guard let table = ink_score_kernels_named(set.rawValue) else { return nil }
    self.table = table
  }

  /// The fastest that this machine can run.
  package static let best: ScoreKernels = {
    for set in InstructionSet.allCases.reversed() { if let found = ScoreKernels(named: set) { return found } }
    trap("ScoreKernels", "no kernels for this processor")
  }()

  /// The functions.
  var call: ink_score_kernels { @inline(__always) _read { yield table.pointee } }

  /// The best documents of a query, in the room's `best`; returns how many.
  func find(_ query: inout ink_score_query, _ room: inout ink_score_room) -> Int {
    ink_score_search(table, &query, &room)
  }
}
