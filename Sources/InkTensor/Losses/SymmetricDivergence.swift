#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// `sum over rows of weight · (KL(p, q) + KL(q, p))` for the distributions `p` and `q` that two matrices of logits stand for:
/// how far outputs move when inputs are moved (Jiang et al., 2020, "SMART").
///
/// Distributions that lie near each other differ in the last digits of f32, so rows are taken in double precision.
enum SymmetricDivergence: Operation {
  struct Arguments: Sendable {
    let first: Tensor  // [rows, entries]
    let second: Tensor  // [rows, entries]
    let rowWeights: [Float]
  }

  static let name: StaticString = "symmetricDivergence"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let (first, second) = (arguments.first.shape, arguments.second.shape)
    guard first.rank == 2, first == second, first[1] > 0, arguments.rowWeights.count == first[0] else {
      throw ShapeMismatch("logits \(first) and \(second), \(arguments.rowWeights.count) weights")
    }
    return [1]
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let count = arguments.first.shape[1]
    let (first, second) = (arguments.first.floats, arguments.second.floats)
    var terms = [Double](repeating: 0, count: arguments.rowWeights.count)
    terms.withUnsafeMutableBufferPointer { terms in
      guard let terms = terms.baseAddress else { return }
      cpu.forEachRow(arguments.rowWeights.count, width: count, cost: 64) { chunk in
        for row in chunk {
          let pair = RowPair(first + row * count, second + row * count, count)
          terms[row] = pair.firstDivergence + pair.secondDivergence
        }
      }
    }
    withExtendedLifetime(arguments) {}
    result.floats[0] = Float(zip(terms, arguments.rowWeights).reduce(0) { $0 + $1.0 * Double($1.1) })
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.first, arguments.second] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let cpu = flow.cpu
    let count = arguments.first.shape[1]
    let results = [cpu.allocate(arguments.first.shape), cpu.allocate(arguments.second.shape)]
    let (first, second, above) = (arguments.first.floats, arguments.second.floats, Double(gradient.floats[0]))
    let (firstOut, secondOut) = (results[0].floats, results[1].floats)
    cpu.forEachRow(arguments.rowWeights.count, width: count, cost: 128) { chunk in
      for row in chunk {
        let pair = RowPair(first + row * count, second + row * count, count)
        let factor = above * Double(arguments.rowWeights[row])
        for entry in 0..<count {
          let (p, q, distance) = pair.entry(entry)
          firstOut[row * count + entry] = Float(factor * (p * (distance - pair.firstDivergence) + p - q))
          secondOut[row * count + entry] = Float(factor * (q * (-distance - pair.secondDivergence) + q - p))
        }
      }
    }
    withExtendedLifetime((arguments, results)) {}
    flow.add(results[0], to: arguments.first)
    flow.add(results[1], to: arguments.second)
  }

  /// Two rows of logits and what their distributions have to do with each other.
  private struct RowPair {
    private let first: UnsafeMutablePointer<Float>
    private let second: UnsafeMutablePointer<Float>
    private let firstLogSum: Double
    private let secondLogSum: Double
    /// KL(p, q).
    private(set) var firstDivergence = 0.0
    /// KL(q, p).
    private(set) var secondDivergence = 0.0

    init(_ first: UnsafeMutablePointer<Float>, _ second: UnsafeMutablePointer<Float>, _ count: Int) {
      self.first = first
      self.second = second
      firstLogSum = Self.logSum(first, count)
      secondLogSum = Self.logSum(second, count)
      for index in 0..<count {
        let (p, q, distance) = entry(index)
        firstDivergence += p * distance
        secondDivergence -= q * distance
      }
    }

    /// Both probabilities, and the logarithm of the first less that of the second.
    func entry(_ index: Int) -> (Double, Double, Double) {
      let (p, q) = (Double(first[index]) - firstLogSum, Double(second[index]) - secondLogSum)
      return (exp(p), exp(q), p - q)
    }

    private static func logSum(_ row: UnsafeMutablePointer<Float>, _ count: Int) -> Double {
      var largest = Double(row[0])
      for index in 0..<count { largest = max(largest, Double(row[index])) }
      var sum = 0.0
      for index in 0..<count { sum += exp(Double(row[index]) - largest) }
      return largest + log(sum)
    }
  }
}

extension CPU {
  /// `sum over rows of weight · (KL(p, q) + KL(q, p))`, one element, for the distributions that the rows of two matrices of
  /// logits [rows, entries] stand for.
  package func symmetricDivergence(_ first: Tensor, _ second: Tensor, rowWeights: [Float]) -> Tensor {
    apply(SymmetricDivergence.self, .init(first: first, second: second, rowWeights: rowWeights))
  }
}
