#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How samples between those of a picture are found when its size changes.
///
/// Raw values are those of `resample` in the preprocessor configurations of published models.
public enum ResampleFilter: Int, Sendable, Hashable, CaseIterable {
  /// A windowed sinc of three lobes.
  case lanczos = 1
  /// A triangle.
  case bilinear = 2
  /// Cubic convolution with a = -1/2 (Keys, 1981).
  case bicubic = 3
  /// The mean.
  case box = 4
  /// A sinc with a Hamming window.
  case hamming = 5

  /// How far the filter reaches to each side, in samples.
  var support: Double {
    switch self {
    case .lanczos: 3
    case .bilinear, .hamming: 1
    case .bicubic: 2
    case .box: 0.5
    }
  }

  /// The weight at a distance.
  func weight(_ distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .lanczos: return distance >= -3 && distance < 3 ? Self.sinc(distance) * Self.sinc(distance / 3) : 0
    case .bilinear: return x < 1 ? 1 - x : 0
    case .bicubic:
      if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0
    case .box: return distance > -0.5 && distance <= 0.5 ? 1 : 0
    case .hamming:
      if x == 0 { return 1 }
      if x >= 1 { return 0 }
      let angle = x * Double.pi
      return sin(angle) / angle * (0.54 + 0.46 * cos(angle))
    }
  }

  private static func sinc(_ x: Double) -> Double {
    if x == 0 { return 1 }
    let angle = x * Double.pi
    return sin(angle) / angle
  }
}
