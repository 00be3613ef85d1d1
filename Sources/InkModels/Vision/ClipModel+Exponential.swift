#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension ClipModel {
  /// The exponential of a number.
  package static func exponential(_ x: Double) -> Double { exp(x) }
}
