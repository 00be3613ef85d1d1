#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Attention with linear biases: a head's scores fall by its slope for each token between key and query (Press, Smith
/// and Lewis, 2021, "Train Short, Test Long").
public enum AlibiSlopes {
  /// The slope of each head.
  ///
  /// For a power of two `n` they are `2^(-largestBias i / n)`, `i` from 1 on. Other counts take those of the power below
  /// and fill up with every other one of the power above, from its first on. MPT's code says the same in other words.
  ///
  /// - Parameters:
  ///   - heads: how many query heads there are, a positive number.
  ///   - largestBias: the last slope of a power of two is two to minus this; 8 in the paper.
  public static func slopes(heads: Int, largestBias: Double = 8) -> [Float] {
    guard heads > 0 else { return [] }
    let below = 1 << (Int.bitWidth - 1 - heads.leadingZeroBitCount)
    let first = (1...below).map { Double($0) / Double(below) }
    let rest = (0..<heads - below).map { Double(2 * $0 + 1) / Double(2 * below) }
    return (first + rest).map { Float(exp2(-largestBias * $0)) }
  }
}
