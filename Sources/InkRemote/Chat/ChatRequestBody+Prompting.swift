import InkChat

extension ChatRequestBody {
  /// What concerns the template: documents, variables, thoughts, and where the answer begins.
  mutating func addPrompting(_ messages: [Message], _ options: GenerationOptions) throws(GenerationError) {
    if !options.documents.isEmpty {
      switch dialect {
      case .vLLM, .inkstone: add("documents", .array(options.documents.map { .object($0.members) }))
      case .openAI, .llamaCpp: throw .inexpressible("documents", dialect)
      }
    }
    try addVariables(options.templateVariables)
    switch (options.reasoning, dialect) {
    case (.separate, _): break
    case (.inText, .llamaCpp): add("reasoning_format", "none")
    case (.inText, .openAI), (.inText, .vLLM), (.inText, .inkstone):
      throw .inexpressible("thoughts inside the text", dialect)
    }
    let endsWithAssistant = messages.last?.role == .assistant
    switch (options.start, dialect) {
    case (.newTurn, .llamaCpp) where endsWithAssistant:
      throw .inexpressible("a new turn behind an assistant's message", dialect)
    case (.newTurn, _): break
    case (.lastMessage, .vLLM), (.lastMessage, .inkstone):
      add("add_generation_prompt", false)
      add("continue_final_message", true)
    // There, an assistant's message at the end is always gone on with.
    case (.lastMessage, .llamaCpp) where endsWithAssistant: break
    case (.lastMessage, .openAI), (.lastMessage, .llamaCpp):
      throw .inexpressible("an answer that begins inside the last message", dialect)
    }
  }

  private mutating func addVariables(_ variables: [JSONMember]) throws(GenerationError) {
    guard !variables.isEmpty else { return }
    guard dialect == .openAI else {
      add("chat_template_kwargs", .object(variables))
      return
    }
    let isThinkingOff = variables.contains { $0 == JSONMember("reasoning_effort", "none") }
    for variable in variables {
      // Says the same once more, in the words of other templates.
      if isThinkingOff, variable == JSONMember("enable_thinking", false) { continue }
      guard variable.name == "reasoning_effort" else {
        throw .inexpressible("template variable \"\(variable.name)\"", dialect)
      }
      add(variable.name, variable.value)
    }
  }

  /// Asks for what `token` events tell.
  mutating func addDetail(_ detail: GenerationOptions.TokenDetail) throws(GenerationError) {
    switch (detail, dialect) {
    case (.none, _): return
    case (.identifiers, .vLLM): add("return_token_ids", true)
    // Its log-probabilities bring the ids.
    case (.identifiers, .llamaCpp): add("logprobs", true)
    case (.identifiers, .openAI), (.identifiers, .inkstone): throw .inexpressible("token ids", dialect)
    case (.logProbabilities(let alternatives), _):
      guard dialect != .openAI || alternatives <= 20 else { throw .inexpressible("more than 20 alternatives", dialect) }
      add("logprobs", true)
      if alternatives > 0 { add("top_logprobs", .integer(Int64(alternatives))) }
      if dialect == .vLLM { add("return_token_ids", true) }
    }
  }

  /// The same for `/completions`, where the number of alternatives is the switch.
  mutating func addCompletionDetail(_ detail: GenerationOptions.TokenDetail) throws(GenerationError) {
    switch (detail, dialect) {
    case (.none, _): return
    case (.identifiers, .vLLM): add("return_token_ids", true)
    case (.identifiers, .llamaCpp): add("logprobs", 1)
    case (.identifiers, .openAI), (.identifiers, .inkstone): throw .inexpressible("token ids", dialect)
    case (.logProbabilities(let alternatives), _):
      add("logprobs", .integer(Int64(max(dialect == .llamaCpp ? 1 : 0, alternatives))))
      if dialect == .vLLM { add("return_token_ids", true) }
    }
  }
}
