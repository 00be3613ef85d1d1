/// Who orders the candidates of a search once more.
enum RequestedReranking: Sendable, Hashable {
  /// A served model that scores a question with a text.
  case crossEncoder(String)
  /// The chat model of the request.
  case chatModel
}
