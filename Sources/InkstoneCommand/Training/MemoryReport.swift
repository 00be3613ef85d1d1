import InkChat
package import InkTraining

/// What `train --plan` prints: the memory that a run will take, by what takes it.
package struct MemoryReport: Sendable {
  private let plan: MemoryPlan
  /// The program with its tokenizer and its data.
  private let program: Int

  /// A report.
  ///
  /// - Parameter program: bytes that are resident without the run's tensors.
  package init(_ plan: MemoryPlan, program: Int) {
    self.plan = plan
    self.program = program
  }

  private var rows: [(name: String, key: String, bytes: Int)] {
    [
      ("program and data", "program", program), ("weights", "weights", plan.weights),
      ("gradients", "gradients", plan.gradients), ("optimizer", "optimizer", plan.optimizer),
      ("activations", "activations", plan.activations), ("mapped files", "mapped", plan.mapped),
      ("writing the result", "writing", plan.writing), ("peak", "peak", plan.peak(program: program)),
    ]
  }

  /// The JSON object, in bytes.
  package var json: Report { .object(rows.map { JSONMember($0.key, .whole($0.bytes)) }) }

  /// The table.
  package var lines: [String] {
    TextTable.lines(
      rows.map { [$0.name, Amount.bytes(UInt64(clamping: $0.bytes))] }, alignments: [.left, .right])
  }
}
