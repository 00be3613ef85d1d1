import CInkKernels

/// The gradient of a vector that all rows of a step share, such as a bias or the weight of a norm: a sum over the rows.
struct RowSum {
  /// [rows, width].
  let gradient: Tensor
  /// What the gradient of each row is multiplied with, [rows, width], if anything.
  private(set) var x: Tensor?
  /// One number a row that x is multiplied with, [rows].
  private(set) var factors: Tensor?
  /// For each row what is subtracted from x and what the difference is multiplied with, [rows, 2].
  private(set) var meansAndFactors: Tensor?

  init(gradient: Tensor) { self.gradient = gradient }

  init(gradient: Tensor, x: Tensor, factors: Tensor? = nil) {
    self.gradient = gradient
    self.x = x
    self.factors = factors
  }

  init(gradient: Tensor, x: Tensor, meansAndFactors: Tensor) {
    self.gradient = gradient
    self.x = x
    self.meansAndFactors = meansAndFactors
  }
}

extension CPU {
  /// Adds a sum over rows to a vector: one chain an element, over the rows in order. Threads take columns.
  func addRows(_ sum: RowSum, to vector: Tensor, _ start: ProductStart) {
    let width = sum.gradient.shape[-1]
    guard vector.elementCount == width else { trap("addRows", "\(vector.shape) for rows of \(width)") }
    let out = vector.floats
    if start == .zero { out.update(repeating: 0, count: width) }
    var call = ink_row_sum()
    call.rows = sum.gradient.shape.rowCount
    call.stride = width
    let (gradient, x) = (sum.gradient.floats, sum.x?.floats)
    if let factors = sum.factors {
      call.factors = UnsafePointer(factors.floats)
      call.number_stride = 1
    }
    if let pairs = sum.meansAndFactors {
      call.means = UnsafePointer(pairs.floats)
      call.factors = UnsafePointer(pairs.floats + 1)
      call.number_stride = 2
    }
    let described = call
    threads.run(count: (width + 63) / 64, grain: max(1, 512 / max(described.rows, 1))) { chunk in
      let first = chunk.lowerBound * 64
      var call = described
      call.gradient = UnsafePointer(gradient + first)
      call.x = x.map { UnsafePointer($0 + first) }
      rows.call.add_rows(&call, out + first, min(chunk.upperBound * 64, width) - first)
    }
    withExtendedLifetime((sum, vector)) {}
  }

  /// Adds the rows of `gradient` [count, width] to the named rows of a table, in order. Threads take columns.
  func addRows(of gradient: Tensor, at places: [Int], to table: Tensor, _ start: ProductStart) {
    let width = table.shape[-1]
    guard gradient.shape[-1] == width, gradient.shape.rowCount == places.count else {
      trap("addRows", "\(gradient.shape) to \(places.count) rows of \(table.shape)")
    }
    let (from, to) = (gradient.floats, table.floats)
    if start == .zero {
      forEachRow(table.elementCount, width: 1, cost: 1) { chunk in
        (to + chunk.lowerBound).update(repeating: 0, count: chunk.count)
      }
    }
    threads.run(count: (width + 63) / 64, grain: max(1, 512 / max(places.count, 1))) { chunk in
      let first = chunk.lowerBound * 64
      let count = min(chunk.upperBound * 64, width) - first
      for (index, place) in places.enumerated() {
        let target = to + place * width + first
        rows.call.add(target, from + index * width + first, target, count)
      }
    }
    withExtendedLifetime((gradient, table)) {}
  }
}
