package import InkTensor

/// How fast a machine multiplies matrices: what the operations of training are counted against.
package enum MachinePeak {
  /// Rows and columns: large enough that nothing but the product takes time, small enough for some milliseconds.
  private static let size = 768
  private static let tries = 4

  /// The best of some products on all threads, in floating-point operations a second; nil where the clock does not
  /// move.
  ///
  /// - Parameter clock: seconds since some moment.
  package static func measured(on cpu: CPU, clock: () -> Double) -> Double? {
    let ones = Tensor([Float](repeating: 1, count: size * size), shape: [size, size])
    let output = Tensor([Float](repeating: 0, count: size * size), shape: [size, size])
    var best = Double.infinity
    for _ in 0..<tries {
      let start = clock()
      cpu.product(MatrixOperand(ones), MatrixOperand(ones), into: output)
      let seconds = clock() - start
      if seconds > 0 { best = min(best, seconds) }
    }
    let operations = 2 * Double(size) * Double(size) * Double(size)
    return best.isFinite ? operations / best : nil
  }
}
