/// Something that answers conversations: a local model, a remote endpoint, a script in a test.
public protocol ChatModel: Sendable {
  /// Answers a conversation. Whatever goes wrong, from a message the template refuses to a lost connection, fails the
  /// stream; cancelling or dropping the stream ends the work.
  func stream(_ messages: [Message], options: GenerationOptions) -> GenerationStream
}
