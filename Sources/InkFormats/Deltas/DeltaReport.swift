/// What making or applying differences did.
public struct DeltaReport: Sendable, Hashable {
  /// Files of weights that were written.
  public var files: [String] = []
  /// Tensors that were written.
  public var tensors = 0
  /// Bytes of weights that were written.
  public var bytes = 0
  /// Tensors with rows that the base does not have, stored as they are.
  public var paddedTensors: [String] = []
  /// Tensors that are no floating-point numbers, stored as they are.
  public var copiedTensors: [String] = []
  /// Tensors of the base that the other side does not have; they take no part.
  public var unusedBaseTensors: [String] = []
  /// Files and folders beside the weights that were not copied.
  public var uncopiedFiles: [String] = []
  /// Elements that base and difference do not give back exactly, because a difference is rounded to the target's type.
  public var inexactElements = 0
  /// The largest distance from the target among them.
  public var largestDeviation: Float = 0
  /// Whether a record of the check sums of base and result was there to be compared.
  public var isVerified = false
}
