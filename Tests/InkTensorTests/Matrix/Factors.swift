import InkTensor

/// Random factors of a product and both ways to store them.
struct Factors {
  let rows: Int
  let depth: Int
  let columns: Int
  private let left: [Float]
  private let right: [Float]

  init(_ random: inout TestRandom, _ size: (rows: Int, depth: Int, columns: Int)) {
    (rows, depth, columns) = size
    left = random.activations(rows: rows, inputs: depth)
    right = random.activations(rows: depth, inputs: columns)
  }

  /// The tensor that is the left factor when it is read so.
  func stored(left reading: MatrixOperand.Reading) -> Tensor {
    switch reading {
    case .asStored: Tensor(left, shape: [rows, depth])
    case .transposed: Tensor(Factors.turn(left, rows: rows), shape: [depth, rows])
    }
  }

  func stored(right reading: MatrixOperand.Reading) -> Tensor {
    switch reading {
    case .asStored: Tensor(right, shape: [depth, columns])
    case .transposed: Tensor(Factors.turn(right, rows: depth), shape: [columns, depth])
    }
  }

  func left(_ reading: MatrixOperand.Reading) -> MatrixOperand { MatrixOperand(stored(left: reading), reading) }

  func right(_ reading: MatrixOperand.Reading) -> MatrixOperand { MatrixOperand(stored(right: reading), reading) }

  /// The product in double precision, and the sums of magnitudes that bound its rounding errors.
  var plainProduct: (sums: [Double], magnitudes: [Double]) {
    var sums: [Double] = []
    var magnitudes: [Double] = []
    for row in 0..<rows {
      for column in 0..<columns {
        var sum = 0.0
        var magnitude = 0.0
        for k in 0..<depth {
          let term = Double(left[row * depth + k]) * Double(right[k * columns + column])
          sum += term
          magnitude += abs(term)
        }
        sums.append(sum)
        magnitudes.append(magnitude)
      }
    }
    return (sums, magnitudes)
  }

  /// The transpose of a matrix.
  static func turn<Element>(_ values: [Element], rows: Int) -> [Element] {
    let columns = values.count / max(rows, 1)
    return (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
  }
}

extension Tensor {
  /// The elements' bits.
  var bits: [UInt32] { toArray().map(\.bitPattern) }

  /// Those of a matrix's transpose.
  var transposedBits: [UInt32] { Factors.turn(bits, rows: shape[0]) }
}
