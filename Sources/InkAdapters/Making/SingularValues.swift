import InkTensor

/// The largest singular values of a matrix with their vectors, by subspace iteration from random vectors (Halko,
/// Martinsson and Tropp, 2011).
struct SingularValues {
  /// From the largest down.
  let values: [Float]
  /// [rows, count].
  let left: Tensor
  /// [count, columns].
  let right: Tensor

  /// Vectors beside those that are asked for, which make these more exact.
  private static let spare = 8

  /// - Parameters:
  ///   - count: how many; those beyond the smaller side of the matrix are zero.
  ///   - matrix: [rows, columns].
  ///   - iterations: products with the matrix and its transpose; more bring apart values that are close.
  static func largest(
    _ count: Int, of matrix: Tensor, iterations: Int, stream: RandomStream, on cpu: CPU
  ) -> SingularValues {
    let (rows, columns) = (matrix.shape[0], matrix.shape[1])
    let width = min(count + spare, rows, columns)
    let start = Tensor(
      (0..<columns * width).map { Float(stream.normal(at: UInt64($0))) }, shape: [columns, width])
    let turned = matrix.transposed([1, 0]).contiguous()
    var basis = orthonormal(cpu.matmul(matrix, start))  // [rows, width]
    for _ in 0..<max(iterations, 0) {
      basis = orthonormal(cpu.matmul(matrix, orthonormal(cpu.matmul(turned, basis))))
    }
    let inside = cpu.matmul(basis.transposed([1, 0]).contiguous(), matrix)  // [width, columns]
    let (squares, vectors) = eigen(cpu.matmul(inside, inside, order: .transposed))
    let kept = min(count, width)
    let values = (0..<count).map { $0 < kept ? Float(max(squares[$0], 0).squareRoot()) : 0 }
    // Columns of vectors are the left vectors seen from the basis.
    let chosen = (0..<width).flatMap { row in
      (0..<count).map { $0 < kept ? Float(vectors[row * width + $0]) : 0 }
    }
    let small = Tensor(chosen, shape: [width, count])
    let left = cpu.matmul(basis, small)  // [rows, count]
    let inverse = Tensor(values.map { $0 > 0 ? 1 / $0 : 0 }, shape: [count])
    let right = cpu.matmul(cpu.scaleColumns(small, by: inverse).transposed([1, 0]).contiguous(), inside)
    return SingularValues(values: values, left: left, right: right)
  }

  /// The columns made orthogonal and of length one, twice over, so that rounding leaves no angle.
  private static func orthonormal(_ matrix: Tensor) -> Tensor {
    let (rows, count) = (matrix.shape[0], matrix.shape[1])
    let elements = matrix.toArray()
    var columns = (0..<count).map { column in (0..<rows).map { Double(elements[$0 * count + column]) } }
    for column in 0..<count {
      for _ in 0..<2 {
        for earlier in 0..<column {
          var product = 0.0
          for row in 0..<rows { product += columns[column][row] * columns[earlier][row] }
          for row in 0..<rows { columns[column][row] -= product * columns[earlier][row] }
        }
      }
      let length = columns[column].reduce(0) { $0 + $1 * $1 }.squareRoot()
      let factor = length > 1e-30 ? 1 / length : 0
      for row in 0..<rows { columns[column][row] *= factor }
    }
    return Tensor(
      (0..<rows).flatMap { row in columns.map { Float($0[row]) } }, shape: [rows, count])
  }

  /// Eigenvalues from the largest down and eigenvectors as columns of a symmetric matrix, by Jacobi's rotations.
  private static func eigen(_ matrix: Tensor) -> (values: [Double], vectors: [Double]) {
    let size = matrix.shape[0]
    var a = matrix.toArray().map { Double($0) }
    var v = (0..<size * size).map { $0 / size == $0 % size ? 1.0 : 0.0 }
    for _ in 0..<64 {
      var outside = 0.0
      for row in 0..<size { for column in 0..<row { outside += a[row * size + column] * a[row * size + column] } }
      let whole = (0..<size).reduce(0) { $0 + a[$1 * size + $1] * a[$1 * size + $1] }
      if outside <= 1e-24 * max(whole, 1e-300) { break }
      for p in 0..<size { for q in p + 1..<max(size, p + 1) { rotate(p, q, size, &a, &v) } }
    }
    let order = (0..<size).sorted { a[$0 * size + $0] > a[$1 * size + $1] }
    return (
      order.map { a[$0 * size + $0] }, (0..<size).flatMap { row in order.map { v[row * size + $0] } }
    )
  }

  /// Makes the element (p, q) zero.
  private static func rotate(_ p: Int, _ q: Int, _ size: Int, _ a: inout [Double], _ v: inout [Double]) {
    let off = a[p * size + q]
    guard off != 0 else { return }
    let ratio = (a[q * size + q] - a[p * size + p]) / (2 * off)
    let tangent = (ratio < 0 ? -1.0 : 1.0) / (abs(ratio) + (ratio * ratio + 1).squareRoot())
    let cosine = 1 / (tangent * tangent + 1).squareRoot()
    let sine = tangent * cosine
    for k in 0..<size {
      let (left, right) = (a[k * size + p], a[k * size + q])
      a[k * size + p] = cosine * left - sine * right
      a[k * size + q] = sine * left + cosine * right
    }
    for k in 0..<size {
      let (left, right) = (a[p * size + k], a[q * size + k])
      a[p * size + k] = cosine * left - sine * right
      a[q * size + k] = sine * left + cosine * right
      let (first, second) = (v[k * size + p], v[k * size + q])
      v[k * size + p] = cosine * first - sine * second
      v[k * size + q] = sine * first + cosine * second
    }
  }
}
