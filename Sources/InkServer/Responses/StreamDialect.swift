/// How a streamed answer is written.
package struct StreamDialect: Sendable {
  /// The media type.
  package var mediaType: String
  /// What tells readers that the stream is alive; nil where nothing can.
  package var ping: StreamEvent?
  /// What tells of an error after the stream has begun.
  package var failure: @Sendable (ServerError) -> [StreamEvent]

  /// A dialect with every field given.
  package init(
    mediaType: String, ping: StreamEvent?, failure: @escaping @Sendable (ServerError) -> [StreamEvent]
  ) {
    self.mediaType = mediaType
    self.ping = ping
    self.failure = failure
  }

  /// OpenAI's chat and text completions.
  package static let openAI = StreamDialect(mediaType: "text/event-stream", ping: .comment("ping")) { error in
    [.data(error.body), .done]
  }
}
