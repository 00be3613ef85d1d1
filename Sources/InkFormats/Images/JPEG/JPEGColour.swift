/// What the components of a JPEG picture mean, and how they become red, green and blue.
enum JPEGColour {
  case grey
  /// Red, green and blue as they are.
  case direct
  /// Brightness and two differences (JFIF 1.02).
  case differences
  /// Four inks, stored inverted as Adobe's programs do.
  case inks
  /// Three inks as brightness and differences, and black.
  case inkDifferences

  /// What the file says, in the order in which decoders believe it: a JFIF segment, Adobe's, the components' names.
  init(frame: JPEGFrame, hasJFIF: Bool, adobeTransform: UInt8?) {
    switch frame.components.count {
    case 1: self = .grey
    case 3:
      let names = frame.components.map(\.identifier)
      if hasJFIF {
        self = .differences
      } else if let adobeTransform {
        self = adobeTransform == 0 ? .direct : .differences
      } else {
        self = names == Array("RGB".utf8) ? .direct : .differences
      }
    default: self = adobeTransform == nil || adobeTransform == 0 ? .inks : .inkDifferences
    }
  }

  /// One pixel.
  func pixel(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> (UInt8, UInt8, UInt8) {
    switch self {
    case .grey: return (a, a, a)
    case .direct: return (a, b, c)
    case .differences: return Self.colours(a, b, c)
    case .inks: return (Self.printed(a, d), Self.printed(b, d), Self.printed(c, d))
    case .inkDifferences:
      let (red, green, blue) = Self.colours(a, b, c)
      return (Self.printed(255 - red, d), Self.printed(255 - green, d), Self.printed(255 - blue, d))
    }
  }

  /// The conversion of JFIF in 16 bits after the point.
  private static func colours(_ y: UInt8, _ blueDifference: UInt8, _ redDifference: UInt8) -> (UInt8, UInt8, UInt8) {
    let (y, blue, red) = (Int(y), Int(blueDifference) - 128, Int(redDifference) - 128)
    let half = 1 << 15
    return (
      clamped(y + (91881 * red + half) >> 16), clamped(y + (-22554 * blue - 46802 * red + half) >> 16),
      clamped(y + (116130 * blue + half) >> 16)
    )
  }

  private static func clamped(_ value: Int) -> UInt8 { UInt8(max(0, min(value, 255))) }

  /// An ink and black on white, both stored inverted: what is left of the light, `ink * black / 255` up to rounding.
  private static func printed(_ ink: UInt8, _ black: UInt8) -> UInt8 {
    let product = Int(255 - ink) * Int(black) + 128
    return clamped(Int(black) - ((product >> 8) + product) >> 8)
  }
}
