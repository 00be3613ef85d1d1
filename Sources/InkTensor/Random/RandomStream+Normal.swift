#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension RandomStream {
  /// The number at a position of the standard normal distribution (Box and Muller, 1958), made of the uniform numbers
  /// at twice the position and behind it.
  public func normal(at index: UInt64) -> Double {
    let pair = bits(ofBlock: (2 &* index) >> 1)
    // 1 - u is in (0, 1], so the logarithm is finite.
    let radius = (-2 * log(1 - Self.uniform(pair.first))).squareRoot()
    return radius * cos(2 * Double.pi * Self.uniform(pair.second))
  }
}
