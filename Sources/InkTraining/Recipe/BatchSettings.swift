/// How many sequences an update takes, and in how many parts.
public struct BatchSettings: Sendable, Hashable {
  /// Rows of an update, all parts together.
  public var size: Int
  /// Parts that are computed one after the other, so that less memory is needed.
  public var accumulate: Int

  init(_ reader: inout RecipeReader) throws(TrainingError) {
    var part = try reader.part("batch")
    size = try part?.integer("size", in: 1...1 << 20) ?? 8
    accumulate = try part?.integer("accumulate", in: 1...size) ?? 1
    try part?.finish()
  }
}
