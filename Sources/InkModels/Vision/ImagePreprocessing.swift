public import InkFormats
public import InkTensor

/// What is done to a picture before a vision model sees it, as `preprocessor_config.json` says.
///
/// In this order: padding to a square, scaling, cropping, rescaling, normalizing. Pictures stay in 8 bits up to the
/// crop, with the rounding of the reference processors, so that the pixels are theirs.
public struct ImagePreprocessing: Sendable, Hashable {
  /// What happens before scaling.
  public enum Padding: Sendable, Hashable {
    case none
    /// To a square of the longer edge, on the mean colour (LLaVA 1.5).
    case square
  }

  /// How the picture is scaled.
  public enum Scaling: Sendable, Hashable {
    case none
    /// So that the shorter edge has this length and the proportions stay.
    case shortestEdge(Int)
    /// To a size of its own.
    case exact(width: Int, height: Int)
  }

  /// What part is kept.
  public enum Crop: Sendable, Hashable {
    case none
    /// The middle; what is missing is black.
    case centre(width: Int, height: Int)
  }

  /// Subtracts the mean of each colour and divides by its deviation.
  public struct Normalization: Sendable, Hashable {
    /// Of red, green and blue, after rescaling.
    public var mean: [Float]
    /// Standard deviation of red, green and blue, after rescaling.
    public var deviation: [Float]

    /// Statistics of the three colours.
    public init(mean: [Float], deviation: [Float]) {
      self.mean = mean
      self.deviation = deviation
    }
  }

  /// Whether a picture is made a square first.
  public var padding: Padding
  /// The size it is brought to.
  public var scaling: Scaling
  /// How samples are weighed when the size changes.
  public var filter: ResampleFilter
  /// What is cut out of it then.
  public var crop: Crop
  /// Multiplies the samples, most often 1/255.
  public var factor: Double
  /// What is done to the colours last, if anything.
  public var normalization: Normalization?

  /// A preprocessing from its steps.
  public init(
    padding: Padding = .none, scaling: Scaling, filter: ResampleFilter = .bicubic, crop: Crop = .none,
    factor: Double = 1 / 255, normalization: Normalization?
  ) {
    self.padding = padding
    self.scaling = scaling
    self.filter = filter
    self.crop = crop
    self.factor = factor
    self.normalization = normalization
  }

  /// The pixels that a model sees, [3, height, width].
  ///
  /// - Throws: `outOfRange` for a picture so narrow that scaling it would make it too large.
  public func callAsFunction(_ image: RasterImage) throws(FormatError) -> Tensor {
    let image = try prepared(image)
    let pixels = image.width * image.height
    // One value for each of 256 samples of each colour.
    let tables = (0..<3).map { colour in
      (0..<256).map { sample in
        let rescaled = Float(Double(sample) * factor)
        guard let normalization else { return rescaled }
        return (rescaled - normalization.mean[colour]) / normalization.deviation[colour]
      }
    }
    var elements = [Float](repeating: 0, count: 3 * pixels)
    for colour in 0..<3 {
      let table = tables[colour]
      for pixel in 0..<pixels {
        elements[colour * pixels + pixel] = table[Int(image.samples[pixel * 3 + colour])]
      }
    }
    return Tensor(elements, shape: [3, image.height, image.width])
  }

  /// Padded, scaled and cropped.
  func prepared(_ image: RasterImage) throws(FormatError) -> RasterImage {
    var image = image
    if case .square = padding { image = image.paddedToSquare(background) }
    switch scaling {
    case .none: break
    case .shortestEdge(let edge):
      let (short, long) = (min(image.width, image.height), max(image.width, image.height))
      let scaled = Int(Double(edge * long) / Double(short))
      let size = image.width <= image.height ? (edge, scaled) : (scaled, edge)
      image = try image.resized(width: size.0, height: size.1, filter: filter)
    case .exact(let width, let height): image = try image.resized(width: width, height: height, filter: filter)
    }
    if case .centre(let width, let height) = crop { image = image.croppedAtCentre(width: width, height: height) }
    return image
  }

  /// The mean colour in 8 bits.
  private var background: (UInt8, UInt8, UInt8) {
    guard let mean = normalization?.mean else { return (0, 0, 0) }
    let samples = mean.map { UInt8(max(0, min(Double($0) * 255, 255))) }
    return (samples[0], samples[1], samples[2])
  }
}
