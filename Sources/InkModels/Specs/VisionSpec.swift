/// A vision transformer as data (Dosovitskiy et al., 2021): a picture is cut into square patches, each becomes a row,
/// and a row of its own stands for the whole.
public struct VisionSpec: Sendable, Hashable {
  /// Pixels of each edge of the picture.
  public var imageSize: Int
  /// Pixels of each edge of a patch.
  public var patchSize: Int
  /// Colours of a pixel.
  public var channels: Int
  /// Elements of the residual stream.
  public var width: Int
  /// The layers from the first to the last.
  public var layers: [EncoderLayerSpec]
  /// Normalizes the rows before the first layer (CLIP).
  public var inputNorm: NormSpec?
  /// Normalizes the row of the whole behind the last layer; nil where nothing looks at it.
  public var outputNorm: NormSpec?

  /// A spec from its parts.
  public init(
    imageSize: Int, patchSize: Int, channels: Int, width: Int, layers: [EncoderLayerSpec], inputNorm: NormSpec?,
    outputNorm: NormSpec?
  ) {
    self.imageSize = imageSize
    self.patchSize = patchSize
    self.channels = channels
    self.width = width
    self.layers = layers
    self.inputNorm = inputNorm
    self.outputNorm = outputNorm
  }

  /// Patches of a picture.
  public var patchCount: Int { (imageSize / patchSize) * (imageSize / patchSize) }
}
