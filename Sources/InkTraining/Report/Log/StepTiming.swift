/// How fast a step was, and what it needed.
public struct StepTiming: Sendable, Hashable, Codable {
  /// The number of the step, from 1.
  public let step: Int
  /// Seconds it took.
  public let seconds: Double
  /// Tokens read a second.
  public let tokensPerSecond: Double
  /// The part of the machine's peak that was used, 0 ... 1, where it is known.
  public let utilization: Double?
  /// Bytes of memory in use, where they are known.
  public let memoryBytes: Int?

  /// A timing from its parts.
  public init(
    step: Int, seconds: Double, tokensPerSecond: Double, utilization: Double? = nil, memoryBytes: Int? = nil
  ) {
    self.step = step
    self.seconds = seconds
    self.tokensPerSecond = tokensPerSecond
    self.utilization = utilization
    self.memoryBytes = memoryBytes
  }

  enum CodingKeys: String, CodingKey {
    case step, seconds
    case tokensPerSecond = "tokens_per_second"
    case utilization
    case memoryBytes = "memory_bytes"
  }
}
