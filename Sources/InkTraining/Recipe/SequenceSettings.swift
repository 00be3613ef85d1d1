/// How texts become rows.
public struct SequenceSettings: Sendable, Hashable {
  /// How samples share rows.
  public enum Packing: String, Sendable, Hashable, CaseIterable {
    /// A sample is a row.
    case none
    /// Whole samples are fitted into rows.
    case pack
    /// Samples follow each other and are cut where a row ends.
    case concatenate
  }

  /// What becomes of samples that are longer than a row.
  public enum TooLong: String, Sendable, Hashable, CaseIterable {
    case error, truncate, split, drop
    case truncateStart = "truncate_start"
  }

  /// What becomes of samples none of whose tokens carries loss.
  public enum WithoutLoss: String, Sendable, Hashable, CaseIterable {
    case error, drop
  }

  /// Tokens of a row at most.
  public var length: Int
  /// How samples share rows.
  public var packing: Packing
  /// What becomes of samples that are longer than a row.
  public var tooLong: TooLong
  /// What becomes of samples without a token that carries loss.
  public var withoutLoss: WithoutLoss

  init(_ reader: inout RecipeReader) throws(TrainingError) {
    guard var part = try reader.part("sequence") else {
      throw reader.error("sequence", expected: "a length in tokens, such as {length: 256}")
    }
    guard let length = try part.integer("length", in: 2...1 << 24) else {
      throw part.error("length", expected: "a length in tokens")
    }
    self.length = length
    packing = try part.choice("packing", of: Packing.self) ?? .none
    tooLong = try part.choice("too_long", of: TooLong.self) ?? .error
    withoutLoss = try part.choice("without_loss", of: WithoutLoss.self) ?? .error
    try part.finish()
  }
}
