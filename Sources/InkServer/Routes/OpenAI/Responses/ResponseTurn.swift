import InkChat

/// A request for a response with the conversation that it goes on with.
struct ResponseTurn: Sendable {
  let request: ResponseRequest
  /// What the model is given.
  let messages: [Message]
  private let history: [JSONValue]
  private let input: [JSONValue]

  /// Looks up what came before.
  ///
  /// - Throws: `invalidRequest` (`previous_response_not_found`), or what is wrong with the input.
  init(_ request: ResponseRequest, _ context: ServerContext, _ services: ServerServices) async throws(ServerError) {
    self.request = request
    var history: [JSONValue] = []
    if let previous = request.previous {
      let record = try await services.store.responses.record(previous, owner: context.identity.name)
      guard let record else { throw .noPreviousResponse(previous.description) }
      history = try ResponseRecord(record.body).conversation
    }
    var conversation = ResponseConversation(services.identifiers)
    // Instructions hold for one answer: those of earlier ones are not among what was said.
    if let instructions = request.instructions { conversation.add(instructions: instructions) }
    for (index, item) in history.enumerated() {
      var item = try RequestFields(item, path: "previous_response_id[\(index)]")
      try conversation.add(&item)
    }
    let before = conversation.items.count
    try request.add(to: &conversation)
    messages = conversation.messages
    input = Array(conversation.items.dropFirst(before))
    self.history = history
  }

  /// Keeps the answer, if it is to be kept. It is when this returns.
  func keep(_ answer: ResponseAnswer, _ context: ServerContext, _ services: ServerServices) async throws(ServerError) {
    switch request.retention {
    case .dropped: return
    case .kept: break
    }
    let record = ResponseRecord(object: answer.object, input: input, history: history)
    try await services.store.responses.insert(
      answer.head.identifier, owner: context.identity.name, body: record.body)
  }
}
