/// What a conversion did.
public struct ConversionReport: Sendable, Hashable {
  /// A tensor and the type it got instead of the one that was meant.
  public struct Widened: Sendable, Hashable {
    /// The name in the new file.
    public let name: String
    /// The name of the type.
    public let type: String

    /// A tensor with its type.
    public init(name: String, type: String) {
      self.name = name
      self.type = type
    }
  }

  /// The files that were written.
  public var files: [String] = []
  /// Tensors that were written.
  public var tensors = 0
  /// Bytes of weights that were written.
  public var bytes = 0
  /// Tensors by the name of their type.
  public var types: [String: Int] = [:]
  /// Tensors whose rows do not fit the blocks of the type that was meant.
  public var widened: [Widened] = []
  /// Tensors of the source that a model does not need, such as stored rotary frequencies or a second copy of a tied
  /// head.
  public var dropped: [String] = []
  /// Files of the source that were not taken over.
  public var uncopiedFiles: [String] = []
  /// What could not be taken over, in sentences.
  public var remarks: [String] = []
}
