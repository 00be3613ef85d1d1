/// How a stored picture has to be turned to stand upright: the eight values of the Exif tag 0x0112.
enum ImageOrientation: Int, Sendable, CaseIterable {
  case upright = 1
  case mirrored = 2
  case upsideDown = 3
  case flipped = 4
  case transposed = 5
  case turnedLeft = 6
  case transverse = 7
  case turnedRight = 8

  private static let tag = 0x0112

  /// The orientation that Exif metadata (a TIFF header and its first directory; Exif 2.32, 4.5) names; nil when they name
  /// none or are damaged: the picture itself is whole without them.
  init?(exif bytes: [UInt8]) {
    let isLittle: Bool
    switch Array(bytes.prefix(4)) {
    case [0x49, 0x49, 0x2a, 0]: isLittle = true
    case [0x4d, 0x4d, 0, 0x2a]: isLittle = false
    default: return nil
    }
    func number(_ place: Int, _ width: Int) -> Int? {
      guard place >= 0, place <= bytes.count, width <= bytes.count - place else { return nil }
      let slice = bytes[place..<place + width]
      return isLittle
        ? slice.reversed().reduce(0) { $0 << 8 | Int($1) } : slice.reduce(0) { $0 << 8 | Int($1) }
    }
    guard let directory = number(4, 4), let count = number(directory, 2) else { return nil }
    for entry in 0..<count {
      let place = directory + 2 + entry * 12
      guard let tag = number(place, 2), let type = number(place + 2, 2) else { return nil }
      // A short stands in the first two bytes of the entry's value.
      if tag == ImageOrientation.tag, type == 3 || type == 4, let value = number(place + 8, type == 3 ? 2 : 4) {
        self.init(rawValue: value)
        return
      }
    }
    return nil
  }

  /// Whether rows become columns.
  var exchangesAxes: Bool {
    switch self {
    case .upright, .mirrored, .upsideDown, .flipped: false
    case .transposed, .turnedLeft, .transverse, .turnedRight: true
    }
  }

  /// The stored pixel that comes to stand at a place of the upright picture.
  func source(x: Int, y: Int, width: Int, height: Int) -> (x: Int, y: Int) {
    switch self {
    case .upright: (x, y)
    case .mirrored: (width - 1 - x, y)
    case .upsideDown: (width - 1 - x, height - 1 - y)
    case .flipped: (x, height - 1 - y)
    case .transposed: (y, x)
    case .turnedLeft: (y, height - 1 - x)
    case .transverse: (width - 1 - y, height - 1 - x)
    case .turnedRight: (width - 1 - y, x)
    }
  }
}

extension RasterImage {
  /// The picture turned upright.
  func turned(_ orientation: ImageOrientation) -> RasterImage {
    guard orientation != .upright else { return self }
    let (newWidth, newHeight) = orientation.exchangesAxes ? (height, width) : (width, height)
    var turned: [UInt8] = []
    turned.reserveCapacity(samples.count)
    for y in 0..<newHeight {
      for x in 0..<newWidth {
        let source = orientation.source(x: x, y: y, width: width, height: height)
        let place = (source.y * width + source.x) * 3
        turned.append(samples[place])
        turned.append(samples[place + 1])
        turned.append(samples[place + 2])
      }
    }
    return RasterImage(unchecked: turned, width: newWidth, height: newHeight)
  }
}
