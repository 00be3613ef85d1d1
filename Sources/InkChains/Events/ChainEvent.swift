public import InkChat

/// Something that happened while a chain ran.
public struct ChainEvent: Sendable, Hashable {
  /// What happened.
  public enum Happening: Sendable, Hashable {
    /// The step began. The input is shortened for reading.
    case started(input: String)
    /// A model wrote a piece of text.
    case text(String)
    /// A model thought a piece of text.
    case reasoning(String)
    /// A model asked for a tool.
    case toolCall(ToolCall)
    /// A tool answered, or failed in a way that the model was told of.
    case toolAnswer(call: ToolCall, text: String)
    /// A model's answer took these tokens.
    case usage(TokenCounts)
    /// A router chose.
    case routed(to: String)
    /// A step will be run again, for the attempt of that number (from 2).
    case retrying(attempt: Int, after: ChainError)
    /// The step of that position (from 1) stands in for the one before it.
    case fellBack(to: Int, after: ChainError)
    /// The output was taken from a cache.
    case cacheHit
    /// The step ended. The output is shortened for reading.
    case finished(output: String)
    /// The step failed.
    case failed(ChainError)
  }

  /// Where the step stands: positions from the outermost step inwards, each among the steps of the one around it. The
  /// same run gives the same positions, whatever order parallel steps happen to be computed in.
  public var position: [Int]
  /// The step's name.
  public var step: String
  /// Time since the run began.
  public var elapsed: Duration
  /// What happened.
  public var happening: Happening

  /// An event.
  public init(position: [Int], step: String, elapsed: Duration, happening: Happening) {
    self.position = position
    self.step = step
    self.elapsed = elapsed
    self.happening = happening
  }
}
