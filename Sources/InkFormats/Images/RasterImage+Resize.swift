extension RasterImage {
  /// The picture in another size, antialiased: where it shrinks the filter is stretched over all samples that fall on one.
  ///
  /// Rows first, then columns, each in integers with 22 bits after the point and rounded to 8 bits, as Pillow does it, so
  /// that models see the pixels they were trained with.
  ///
  /// - Throws: `outOfRange` for a size without pixels or beyond the limits.
  public func resized(
    width newWidth: Int, height newHeight: Int, filter: ResampleFilter, limits: ImageLimits = ImageLimits()
  ) throws(FormatError) -> RasterImage {
    try limits.check(width: newWidth, height: newHeight, file: "", context: "size after scaling")
    // What lies between the two passes has the new width and the old height.
    try limits.check(width: newWidth, height: height, file: "", context: "size after scaling")
    var result = self
    if newWidth != width { result = result.scaledRows(to: newWidth, filter) }
    if newHeight != height { result = result.scaledColumns(to: newHeight, filter) }
    return result
  }

  private func scaledRows(to newWidth: Int, _ filter: ResampleFilter) -> RasterImage {
    let weights = ResampleWeights(from: width, to: newWidth, filter)
    var target = [UInt8](repeating: 0, count: newWidth * height * 3)
    for y in 0..<height {
      for x in 0..<newWidth {
        let source = (y * width + weights.first[x]) * 3
        for channel in 0..<3 {
          target[(y * newWidth + x) * 3 + channel] = weights.sum(x, of: samples, at: source + channel, stride: 3)
        }
      }
    }
    return RasterImage(unchecked: target, width: newWidth, height: height)
  }

  private func scaledColumns(to newHeight: Int, _ filter: ResampleFilter) -> RasterImage {
    let weights = ResampleWeights(from: height, to: newHeight, filter)
    let rowStride = width * 3
    var target = [UInt8](repeating: 0, count: newHeight * rowStride)
    for y in 0..<newHeight {
      let source = weights.first[y] * rowStride
      for column in 0..<rowStride {
        target[y * rowStride + column] = weights.sum(y, of: samples, at: source + column, stride: rowStride)
      }
    }
    return RasterImage(unchecked: target, width: width, height: newHeight)
  }

  /// The middle of the picture in another size; what lies outside the picture is black.
  ///
  /// An odd difference leaves the extra row or column at the end where the picture is larger, at the start where it is
  /// smaller, as the reference processors do.
  package func croppedAtCentre(width newWidth: Int, height newHeight: Int) -> RasterImage {
    let left = RasterImage.start(width, newWidth)
    let top = RasterImage.start(height, newHeight)
    var target = [UInt8](repeating: 0, count: newWidth * newHeight * 3)
    for y in max(0, -top)..<max(max(0, -top), min(newHeight, height - top)) {
      for x in max(0, -left)..<max(max(0, -left), min(newWidth, width - left)) {
        for channel in 0..<3 {
          target[(y * newWidth + x) * 3 + channel] = samples[((y + top) * width + x + left) * 3 + channel]
        }
      }
    }
    return RasterImage(unchecked: target, width: newWidth, height: newHeight)
  }

  /// Where a crop begins, negative when it is larger than what it is cut from.
  private static func start(_ extent: Int, _ crop: Int) -> Int {
    extent >= crop ? (extent - crop) / 2 : -((crop - extent + 1) / 2)
  }

  /// The picture in the middle of a square of its longer edge, on a background.
  package func paddedToSquare(_ background: (UInt8, UInt8, UInt8)) -> RasterImage {
    guard width != height else { return self }
    let edge = max(width, height)
    let (left, top) = ((edge - width) / 2, (edge - height) / 2)
    var target: [UInt8] = []
    target.reserveCapacity(edge * edge * 3)
    for y in 0..<edge {
      for x in 0..<edge {
        if (left..<left + width).contains(x), (top..<top + height).contains(y) {
          let source = ((y - top) * width + x - left) * 3
          target.append(contentsOf: samples[source..<source + 3])
        } else {
          target.append(background.0)
          target.append(background.1)
          target.append(background.2)
        }
      }
    }
    return RasterImage(unchecked: target, width: edge, height: edge)
  }
}

/// For each sample of the new extent: the first old sample that it is made of, and the weights from there on.
private struct ResampleWeights {
  private static let fractionBits = 22
  private(set) var first: [Int] = []
  private var starts: [Int] = [0]
  private var weights: [Int32] = []

  init(from extent: Int, to newExtent: Int, _ filter: ResampleFilter) {
    let scale = Double(extent) / Double(newExtent)
    let stretch = max(scale, 1)
    let support = filter.support * stretch
    for index in 0..<newExtent {
      let centre = (Double(index) + 0.5) * scale
      let lower = max(Int(centre - support + 0.5), 0)
      let upper = min(Int(centre + support + 0.5), extent)
      var own = (lower..<max(upper, lower)).map { filter.weight((Double($0) - centre + 0.5) * (1 / stretch)) }
      let sum = own.reduce(0, +)
      if sum != 0 { own = own.map { $0 / sum } }
      first.append(min(lower, extent - 1))
      weights.append(
        contentsOf: own.map { weight in
          let scaled = weight * Double(1 << ResampleWeights.fractionBits)
          return Int32(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
        })
      starts.append(weights.count)
    }
  }

  /// The weighted sum of old samples, rounded to 8 bits.
  func sum(_ index: Int, of samples: [UInt8], at place: Int, stride: Int) -> UInt8 {
    var total = 1 << (ResampleWeights.fractionBits - 1)
    var source = place
    for weight in starts[index]..<starts[index + 1] {
      total += Int(weights[weight]) * Int(samples[source])
      source += stride
    }
    return UInt8(max(0, min(total >> ResampleWeights.fractionBits, 255)))
  }
}
