/// How large a picture may be. Checked against what a file announces, before memory is taken for it.
public struct ImageLimits: Sendable, Hashable {
  /// The most pixels. Decoding takes up to twelve bytes for each.
  public var maximumPixels: Int

  /// Limits; by default 64 million pixels, more than cameras of telephones give.
  public init(maximumPixels: Int = 1 << 26) { self.maximumPixels = maximumPixels }

  /// Refuses a picture without pixels or with too many.
  func check(width: Int, height: Int, file: String, context: String) throws(FormatError) {
    guard width > 0, height > 0 else {
      throw FormatError(
        .malformed, file: file, context: context, expected: "a picture with pixels", found: "\(width) x \(height)")
    }
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    // Edges are bounded too, so that arithmetic on rows cannot overflow.
    guard !overflow, pixels <= min(maximumPixels, 1 << 31), width <= 1 << 24, height <= 1 << 24 else {
      throw FormatError(
        .outOfRange, file: file, context: context, expected: "at most \(maximumPixels) pixels",
        found: "\(width) x \(height)", hint: "Make the picture smaller first.")
    }
  }
}
