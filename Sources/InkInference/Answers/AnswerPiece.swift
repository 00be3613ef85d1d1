public import InkChat

/// A part of an answer after it was taken apart.
public enum AnswerPiece: Sendable, Hashable {
  /// Text to append to the answer.
  case text(String)
  /// Text to append to what the model thinks.
  case reasoning(String)
  /// A part of a tool call that is being written.
  case toolCallFragment(ToolCallFragment)
  /// A tool call to its end; its fragments came before.
  case toolCall(ToolCall)
}
