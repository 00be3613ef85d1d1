/// What a conversion did.
public struct ConversionReport: Sendable, Hashable {
  /// The files that were written.
  public var files: [String] = []
  /// Tensors that were written.
  public var tensors = 0
  /// Bytes of weights that were written.
  public var bytes = 0
  /// Tensors by the name of their type.
  public var types: [String: Int] = [:]
  /// Tensors whose rows do not fit the blocks of the type that was asked for, with the type they got instead.
  public var widened: [String] = []
  /// Tensors of the source that a model does not need, such as stored rotary frequencies or a second copy of a tied
  /// head.
  public var dropped: [String] = []
  /// Files of the source that were not taken over.
  public var uncopiedFiles: [String] = []
  /// What could not be taken over, in sentences.
  public var remarks: [String] = []
}
