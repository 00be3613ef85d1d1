/// The first chunk of a PNG file: size, colours and order of the pixels (PNG specification, 11.2.2).
struct PNGHeader {
  /// What a pixel is made of.
  enum Colour: Int {
    case grey = 0
    case trueColour = 2
    case palette = 3
    case greyAndAlpha = 4
    case trueColourAndAlpha = 6

    var channels: Int {
      switch self {
      case .grey, .palette: 1
      case .greyAndAlpha: 2
      case .trueColour: 3
      case .trueColourAndAlpha: 4
      }
    }

    /// The numbers of bits that a sample may have.
    var depths: [Int] {
      switch self {
      case .grey: [1, 2, 4, 8, 16]
      case .palette: [1, 2, 4, 8]
      case .trueColour, .greyAndAlpha, .trueColourAndAlpha: [8, 16]
      }
    }
  }

  /// A pass over the picture: every so many pixels from a first one.
  struct Pass {
    let x: Int
    let y: Int
    let xStep: Int
    let yStep: Int
  }

  let width: Int
  let height: Int
  let bitDepth: Int
  let colour: Colour
  let passes: [Pass]

  /// The seven passes of interlaced pictures (Adam7, PNG specification, 8.2).
  private static let interlaced = [
    Pass(x: 0, y: 0, xStep: 8, yStep: 8), Pass(x: 4, y: 0, xStep: 8, yStep: 8), Pass(x: 0, y: 4, xStep: 4, yStep: 8),
    Pass(x: 2, y: 0, xStep: 4, yStep: 4), Pass(x: 0, y: 2, xStep: 2, yStep: 4), Pass(x: 1, y: 0, xStep: 2, yStep: 2),
    Pass(x: 0, y: 1, xStep: 1, yStep: 2),
  ]

  init(_ data: [UInt8], file: String, limits: ImageLimits) throws(FormatError) {
    func fault(_ code: FormatError.Code, _ expected: String, _ found: String) -> FormatError {
      FormatError(code, file: file, context: "chunk IHDR", expected: expected, found: found)
    }
    guard data.count == 13 else { throw fault(.malformed, "13 bytes", "\(data.count) bytes") }
    let numbers = BigEndianBytes(data)
    width = numbers.u32(0) ?? 0
    height = numbers.u32(4) ?? 0
    try limits.check(width: width, height: height, file: file, context: "chunk IHDR")
    bitDepth = Int(data[8])
    guard let colour = Colour(rawValue: Int(data[9])), colour.depths.contains(bitDepth) else {
      throw fault(.malformed, "a colour type and depth of PNG", "type \(data[9]) of \(bitDepth) bits")
    }
    self.colour = colour
    guard data[10] == 0, data[11] == 0 else {
      throw fault(.unsupported, "compression 0 and filters 0", "\(data[10]) and \(data[11])")
    }
    switch data[12] {
    case 0: passes = [Pass(x: 0, y: 0, xStep: 1, yStep: 1)]
    case 1: passes = PNGHeader.interlaced
    default: throw fault(.malformed, "interlace method 0 or 1", "\(data[12])")
    }
  }

  /// The bits of a pixel.
  var bitsPerPixel: Int { bitDepth * colour.channels }

  /// How far back the filters look: a pixel, or a byte where pixels are smaller.
  var filterDistance: Int { max(bitsPerPixel / 8, 1) }

  /// Pixels and rows of a pass; either may be none.
  func size(of pass: Pass) -> (width: Int, height: Int) {
    func steps(_ extent: Int, _ first: Int, _ step: Int) -> Int { extent > first ? (extent - first - 1) / step + 1 : 0 }
    return (steps(width, pass.x, pass.xStep), steps(height, pass.y, pass.yStep))
  }

  /// The bytes of a row of so many pixels, without the byte that names its filter.
  func rowByteCount(pixels: Int) -> Int { (pixels * bitsPerPixel + 7) / 8 }

  /// The bytes of all rows of all passes.
  var byteCount: Int {
    passes.reduce(0) { total, pass in
      let size = size(of: pass)
      return size.width == 0 ? total : total + size.height * (1 + rowByteCount(pixels: size.width))
    }
  }
}
