import InkChat

extension RequestFields {
  /// What goes to the chat template: `reasoning_effort`, `chat_template_kwargs`, `documents`, and where the answer begins.
  mutating func template(into options: inout GenerationOptions) throws(ServerError) {
    var variables = try effort("reasoning_effort")
    for member in try members("chat_template_kwargs") ?? [] {
      variables.removeAll { $0.name == member.name }
      variables.append(member)
    }
    options.start = try answerStart()
    options.templateVariables = variables
    options.documents = try documents()
  }

  /// How much to think, as the variables that chat templates read.
  mutating func effort(_ name: String) throws(ServerError) -> [JSONMember] {
    guard let effort = try word(name, of: ReasoningEffort.self) else { return [] }
    // Templates of models with levels read the first name, those of models that think or do not the second.
    let level = JSONMember("reasoning_effort", .string(effort.rawValue))
    return effort == .none ? [level, JSONMember("enable_thinking", false)] : [level]
  }

  private mutating func answerStart() throws(ServerError) -> AnswerStart {
    let continues = try boolean("continue_final_message") ?? false
    let opens = try boolean("add_generation_prompt") ?? !continues
    switch (continues, opens) {
    case (true, true):
      throw invalid(
        "continue_final_message", "false where \"add_generation_prompt\" is true: an answer begins in one place")
    case (true, false): return .lastMessage
    case (false, true): return .newTurn
    case (false, false):
      throw unsupported(
        "add_generation_prompt", "false needs \"continue_final_message\": true, so that the answer begins somewhere.")
    }
  }

  private mutating func documents() throws(ServerError) -> [PromptDocument] {
    var documents: [PromptDocument] = []
    for (index, value) in (try array("documents", atMost: 10_000) ?? []).enumerated() {
      guard case .object(let members) = value else { throw invalid("documents[\(index)]", "an object", found: value) }
      documents.append(PromptDocument(members: members))
    }
    return documents
  }
}

private enum ReasoningEffort: String, CaseIterable {
  case none, minimal, low, medium, high, xhigh
}
