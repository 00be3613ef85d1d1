/// What one row is made of several.
package enum RowPooling: Sendable, Hashable {
  /// The sum over the number of rows.
  case mean
  /// The sum over the root of the number of rows.
  case meanOverRoot
  /// A mean in which later rows weigh more: row `i` counts `i + 1` times (Muennighoff, 2022, "SGPT").
  case weightedMean
  /// The largest of every element.
  case largest

  /// What a row is multiplied with, and what the sum of all is divided by; nil where nothing is added.
  fileprivate func factors(_ count: Int) -> (weight: @Sendable (Int) -> Double, divisor: Double)? {
    switch self {
    case .mean: ({ _ in 1 }, Double(count))
    case .meanOverRoot: ({ _ in 1 }, Double(count).squareRoot())
    case .weightedMean: ({ Double($0 + 1) }, Double(count) * Double(count + 1) / 2)
    case .largest: nil
    }
  }
}

/// One row for each of several ranges of rows, in double precision and in the order of the rows.
enum PoolRows: Operation {
  struct Arguments: Sendable {
    let x: Tensor  // [rows, width]
    let ranges: [Range<Int>]
    let pooling: RowPooling
  }

  static let name: StaticString = "poolRows"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let x = arguments.x.shape
    guard x.rank == 2,
      arguments.ranges.allSatisfy({ !$0.isEmpty && $0.lowerBound >= 0 && $0.upperBound <= x[0] })
    else { throw ShapeMismatch("rows \(arguments.ranges) of \(x)") }
    return [arguments.ranges.count, x[1]]
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let width = result.shape[1]
    let (x, out) = (arguments.x.floats, result.floats)
    cpu.forEachRow(arguments.ranges.count, width: width, cost: arguments.averageLength) { chunk in
      for index in chunk {
        let rows = arguments.ranges[index]
        let target = out + index * width
        guard let (weight, divisor) = arguments.pooling.factors(rows.count) else {
          target.update(repeating: -.infinity, count: width)
          for row in rows {
            for column in 0..<width { target[column] = max(target[column], x[row * width + column]) }
          }
          continue
        }
        var sums = [Double](repeating: 0, count: width)
        for row in rows {
          let factor = weight(row - rows.lowerBound)
          for column in 0..<width { sums[column] += factor * Double(x[row * width + column]) }
        }
        for column in 0..<width { target[column] = Float(sums[column] / divisor) }
      }
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x] }

  static func kept(_ arguments: Arguments) -> Arguments {
    switch arguments.pooling {
    case .mean, .meanOverRoot, .weightedMean:
      Arguments(x: arguments.x.hollow, ranges: arguments.ranges, pooling: arguments.pooling)
    case .largest: arguments
    }
  }

  /// The gradient of a largest element goes to the first row that has it.
  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let cpu = flow.cpu
    let width = gradient.shape[1]
    let result = cpu.zeros(arguments.x.shape)
    let (above, out) = (gradient.floats, result.floats)
    let x = arguments.pooling == .largest ? arguments.x.floats : nil
    // Ranges may share rows, so threads take columns.
    cpu.threads.run(count: width, grain: max(1, 8192 / max(arguments.ranges.count * arguments.averageLength, 1))) {
      columns in
      for (index, rows) in arguments.ranges.enumerated() {
        let own = above + index * width
        if let (weight, divisor) = arguments.pooling.factors(rows.count) {
          for row in rows {
            let factor = Float(weight(row - rows.lowerBound) / divisor)
            for column in columns { out[row * width + column] += factor * own[column] }
          }
        } else if let x {
          for column in columns {
            var largest = rows.lowerBound
            for row in rows where x[row * width + column] > x[largest * width + column] { largest = row }
            out[largest * width + column] += own[column]
          }
        }
      }
    }
    withExtendedLifetime(arguments) {}
    flow.add(result, to: arguments.x)
  }
}

extension PoolRows.Arguments {
  fileprivate var averageLength: Int { max(ranges.reduce(0) { $0 + $1.count } / max(ranges.count, 1), 1) }
}

extension CPU {
  /// One row for each range of the rows of `x` [rows, width]: [ranges, width].
  ///
  /// - Parameter ranges: none empty.
  package func poolRows(_ ranges: [Range<Int>], of x: Tensor, _ pooling: RowPooling) -> Tensor {
    apply(PoolRows.self, .init(x: x, ranges: ranges, pooling: pooling))
  }
}
