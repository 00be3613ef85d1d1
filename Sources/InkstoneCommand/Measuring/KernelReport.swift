import InkChat
package import InkTensor

/// The speed of the matrix kernels beside what the machine can do at most.
package struct KernelReport: Sendable {
  private var results: [KernelBenchmark.Result] = []

  /// Nothing measured yet.
  package init() {}

  /// Measures the kernels of an instruction set.
  package mutating func measure(_ set: InstructionSet, threads: Int) throws(TensorError) {
    let clock = ContinuousClock()
    let start = clock.now
    results += try KernelBenchmark.run(set, threads: threads) { start.duration(to: clock.now).inSeconds }
  }

  /// The JSON object.
  package var json: Report {
    let kernels = results.map { result -> Report in
      [
        "instruction_set": .string(result.instructionSet.rawValue), "kernel": .string(result.name),
        "speed": .number(result.speed), "unit": .string(result.unit.rawValue),
        "limit": result.limit.map { .number($0) } ?? .null,
      ]
    }
    return ["kernels": .array(kernels)]
  }

  /// A table for a person.
  package var lines: [String] {
    let rows = results.map { result in
      [
        result.instructionSet.rawValue, result.name, Amount.decimal(result.speed, digits: 1), result.unit.rawValue,
        result.limit.map { "\(Amount.decimal(100 * result.speed / $0, digits: 0))% of the limit" } ?? "",
      ]
    }
    return TextTable.lines(rows, alignments: [.left, .left, .right, .left, .right])
  }
}
