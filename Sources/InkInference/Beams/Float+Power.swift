#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension Float {
  /// This number to a power, computed in double precision.
  func power(_ exponent: Float) -> Float { Float(pow(Double(self), Double(exponent))) }
}
