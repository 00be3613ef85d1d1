/// A picture as rows of red, green and blue, eight bits each, from the top left corner.
///
/// ```swift
/// let image = try RasterImage.decode(bytes, name: "cat.jpg")
/// let red = image.samples[(y * image.width + x) * 3]
/// ```
///
/// Transparency is dropped and the colours under it are kept, which is what the reference pipelines of vision models do.
public struct RasterImage: Sendable, Hashable {
  /// Pixels of a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// The colours, [height, width, 3].
  public let samples: [UInt8]

  /// A picture of the given samples.
  ///
  /// - Throws: `shapeMismatch` unless there are `width * height * 3` of them and at least one pixel.
  public init(width: Int, height: Int, samples: [UInt8]) throws(FormatError) {
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard width > 0, height > 0, !overflow, samples.count % 3 == 0, samples.count / 3 == pixels else {
      throw FormatError(
        .shapeMismatch, file: "", context: "image", expected: "three samples for each of \(width) x \(height) pixels",
        found: "\(samples.count) samples")
    }
    self.init(unchecked: samples, width: width, height: height)
  }

  init(unchecked samples: [UInt8], width: Int, height: Int) {
    self.width = width
    self.height = height
    self.samples = samples
  }

  /// Decodes a PNG or JPEG file, recognised by its first bytes, and turns it the way its metadata say it was taken.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - name: what messages call it.
  ///   - limits: refuses pictures that are too large before memory is taken for them.
  /// - Throws: `unsupported` for another format or a part of one that is not read; `malformed`, `truncated` for a damaged
  ///   file; `outOfRange` for one beyond the limits.
  public static func decode(
    _ bytes: [UInt8], name: String = "image", limits: ImageLimits = ImageLimits()
  ) throws(FormatError) -> RasterImage {
    switch ImageFormat(of: bytes) {
    case .png:
      var decoder = PNGDecoder(bytes, file: name, limits: limits)
      let image = try decoder.decode()
      return image.turned(decoder.orientation)
    case .jpeg:
      var decoder = JPEGDecoder(bytes, file: name, limits: limits)
      let image = try decoder.decode()
      return image.turned(decoder.orientation)
    case nil:
      throw FormatError(
        .unsupported, file: name, expected: "a PNG or JPEG image", found: ImageFormat.describe(bytes),
        hint: "Convert the picture to PNG or JPEG first.")
    }
  }
}
