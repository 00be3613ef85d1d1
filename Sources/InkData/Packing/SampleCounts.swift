/// How many examples were drawn, and how many of them gave no sample.
public struct SampleCounts: Sendable, Hashable, Codable {
  /// How many examples were drawn.
  public internal(set) var drawn = 0
  /// How many gave no sample because they are too long.
  public internal(set) var tooLong = 0
  /// How many gave no sample because nothing in them is learned.
  public internal(set) var withoutLoss = 0

  /// Nothing yet.
  public init() {}

  /// Whether counting can go on from here.
  var isPossible: Bool { [drawn, tooLong, withoutLoss].allSatisfy((0..<Int.max / 4).contains) }

  /// How many gave no sample.
  public var leftOut: Int { tooLong + withoutLoss }

  enum CodingKeys: String, CodingKey {
    case drawn
    case tooLong = "too_long"
    case withoutLoss = "without_loss"
  }
}
