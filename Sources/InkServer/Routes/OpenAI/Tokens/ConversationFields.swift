import InkChat

/// A conversation and what its template reads, without anything about an answer.
struct ConversationFields: Sendable {
  var messages: [Message]
  var options: GenerationOptions

  init(_ fields: inout RequestFields) throws(ServerError) {
    messages = try fields.messages()
    var options = GenerationOptions()
    try fields.tools(into: &options)
    try fields.template(into: &options)
    self.options = options
  }
}
