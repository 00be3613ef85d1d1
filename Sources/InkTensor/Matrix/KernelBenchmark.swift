import CInkKernels

/// Measures the matrix kernels beside what the machine can do: fused multiply-adds that never leave the registers, and
/// reading memory.
package enum KernelBenchmark {
  /// One measured speed.
  package struct Result: Sendable {
    /// What the speed is counted in.
    package enum Unit: String, Sendable {
      /// 10⁹ floating point operations a second.
      case gigaflops = "GFLOP/s"
      /// 10⁹ operations a second of which the most are on 8-bit integers.
      case gigaoperations = "GOP/s"
      /// 10⁹ bytes of weights read a second.
      case gigabytes = "GB/s"
    }

    /// The instruction set.
    package let instructionSet: InstructionSet
    /// The kernel, for example `Q4_0 prompt`.
    package let name: String
    /// The best of several runs.
    package let speed: Double
    package let unit: Unit
    /// What the machine could do at most, in the same unit, where that is known.
    package let limit: Double?
  }

  /// Runs every kernel of an instruction set.
  ///
  /// - Parameters:
  ///   - threads: how many threads work.
  ///   - now: seconds of a clock that only goes forward.
  package static func run(
    _ set: InstructionSet, threads: Int, now: () -> Double
  ) throws(TensorError) -> [Result] {
    let cpu = CPU(threads: threads, instructionSet: set)
    let peak = measurePeak(cpu, now: now)
    let bandwidth = measureBandwidth(cpu, now: now)
    var results = [
      Result(instructionSet: set, name: "multiply-adds in registers", speed: peak, unit: .gigaflops, limit: nil),
      Result(instructionSet: set, name: "reading memory", speed: bandwidth, unit: .gigabytes, limit: nil),
    ]
    for size in [512, 1024, 2048] where set != .portable {
      let speed = try measureMatmul(cpu, size: size, now: now)
      results.append(
        Result(instructionSet: set, name: "f32 \(size) x \(size)", speed: speed, unit: .gigaflops, limit: peak))
    }
    for format in [BlockFormat.f16, .q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .q4_K, .q5_K, .q6_K] {
      let matrices = try weights(format, cpu: cpu)
      let one = best(rows: 1, matrices, cpu: cpu, now: now)
      let bytes = matrices.reduce(0) { $0 + $1.byteCount }
      results.append(
        Result(
          instructionSet: set, name: "\(format.name) one row", speed: Double(bytes) / one / 1e9, unit: .gigabytes,
          limit: bandwidth))
      if set == .portable { continue }
      let rows = 512
      let many = best(rows: rows, [matrices[0]], cpu: cpu, now: now)
      let operations = 2 * Double(rows) * Double(matrices[0].outputs) * Double(matrices[0].inputs)
      results.append(
        Result(
          instructionSet: set, name: "\(format.name) \(rows) rows", speed: operations / many / 1e9,
          unit: format.dtype == nil ? .gigaoperations : .gigaflops, limit: format.dtype == nil ? nil : peak))
    }
    return results
  }

  private static let repetitions = 5

  private static func measurePeak(_ cpu: CPU, now: () -> Double) -> Double {
    var best = Double.infinity
    var done = 0.0
    for _ in 0..<repetitions {
      let threads = cpu.threads.threadCount
      let start = now()
      let peak = cpu.kernels.call.peak
      let count = cpu.instructionSet == .portable ? 100_000 : 2_000_000
      cpu.threads.run(count: threads) { chunk in
        var sink: Float = 0
        for _ in chunk { _ = peak?(count, &sink) }
      }
      best = min(best, now() - start)
      let lanes: Double =
        switch cpu.instructionSet {
        case .portable, .avx512: 16
        case .avx2: 8
        case .neon: 4
        }
      done = Double(threads) * Double(count) * 24 * lanes
    }
    return done / best / 1e9
  }

  /// Reads memory with the one-row kernel for f32, which does least besides.
  private static func measureBandwidth(_ cpu: CPU, now: () -> Double) -> Double {
    let (outputs, inputs) = (16 * 1024, 1536)
    let storage = Storage.zeros(byteCount: outputs * inputs * 4)
    let matrix = PackedMatrix(
      outputs: outputs, inputs: inputs, layout: .dense(.f32), storage: storage, byteOffset: 0, panelBytes: inputs * 64)
    return Double(storage.byteCount) / best(rows: 1, [matrix], cpu: cpu, now: now) / 1e9
  }

  private static func measureMatmul(_ cpu: CPU, size: Int, now: () -> Double) throws(TensorError) -> Double {
    let matrix = try PackedMatrix.pack(cpu.zeros([size, size]), cpu: cpu)
    let seconds = best(rows: size, [matrix], cpu: cpu, now: now)
    return 2 * Double(size) * Double(size) * Double(size) / seconds / 1e9
  }

  /// Matrices of 2048 x 1536 that together are larger than a cache.
  private static func weights(_ format: BlockFormat, cpu: CPU) throws(TensorError) -> [PackedMatrix] {
    let (outputs, inputs) = (2048, 1536)
    let bytes = (format.byteCount(elements: inputs) ?? 0) * outputs
    let source = Storage.zeros(byteCount: bytes)
    var matrices: [PackedMatrix] = []
    for _ in 0..<max(2, (96 << 20) / bytes) {
      matrices.append(
        try PackedMatrix.pack(source, range: 0..<bytes, format: format, outputs: outputs, inputs: inputs, cpu: cpu))
    }
    return matrices
  }

  private static func best(rows: Int, _ matrices: [PackedMatrix], cpu: CPU, now: () -> Double) -> Double {
    let x = cpu.zeros([rows, matrices[0].inputs])
    var best = Double.infinity
    for _ in 0..<repetitions {
      let start = now()
      for matrix in matrices { _ = cpu.multiply(x, by: matrix) }
      best = min(best, now() - start)
    }
    return best
  }
}
