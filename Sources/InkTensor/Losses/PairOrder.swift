#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How far numbers are from the order that others give: the logarithm of one plus the sum of `exp(scale * (x_i - x_j))`
/// over all pairs in which `i` is to be below `j` (Su, 2022, "CoSENT").
///
/// In double precision, with the largest exponent taken out; pairs are added in the order of `i`, then `j`.
enum PairOrder: Operation {
  struct Arguments: Sendable {
    let x: Tensor  // [count]
    let order: [Float]
    let scale: Float
    let weight: Float
  }

  static let name: StaticString = "pairOrder"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    guard arguments.x.elementCount == arguments.order.count else {
      throw ShapeMismatch("\(arguments.order.count) numbers to be ordered by for \(arguments.x.shape)")
    }
    return [1]
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    result.floats[0] = Float(Double(arguments.weight) * logSum(arguments))
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let result = flow.cpu.allocate(arguments.x.shape)
    let logSum = logSum(arguments)
    var sums = [Double](repeating: 0, count: arguments.order.count)
    forEachPair(arguments) { low, high, exponent in
      let share = exp(exponent - logSum)
      sums[low] += share
      sums[high] -= share
    }
    let factor = Double(gradient.floats[0]) * Double(arguments.weight) * Double(arguments.scale)
    for (index, sum) in sums.enumerated() { result.floats[index] = Float(factor * sum) }
    withExtendedLifetime(gradient) {}
    flow.add(result, to: arguments.x)
  }

  private static func logSum(_ arguments: Arguments) -> Double {
    // The one is the exponential of zero.
    var largest = 0.0
    forEachPair(arguments) { _, _, exponent in largest = max(largest, exponent) }
    var sum = exp(-largest)
    forEachPair(arguments) { _, _, exponent in sum += exp(exponent - largest) }
    return largest + log(sum)
  }

  private static func forEachPair(_ arguments: Arguments, _ body: (Int, Int, Double) -> Void) {
    let (x, order, scale) = (arguments.x.floats, arguments.order, Double(arguments.scale))
    for low in order.indices {
      for high in order.indices where order[low] < order[high] {
        body(low, high, scale * (Double(x[low]) - Double(x[high])))
      }
    }
    withExtendedLifetime(arguments) {}
  }
}

extension CPU {
  /// How far `x` is from an order, one element: `weight` times the logarithm of one plus the sum of
  /// `exp(scale * (x_i - x_j))` over the pairs with `order_i < order_j`.
  ///
  /// - Parameter x: as many elements as `order` has.
  package func pairOrder(_ x: Tensor, order: [Float], scale: Float, weight: Float) -> Tensor {
    apply(PairOrder.self, .init(x: x, order: order, scale: scale, weight: weight))
  }
}
