package import InkChat

extension RequestDefaults {
  /// Fills in what a request left open.
  ///
  /// - Parameter given: the names of the fields that the request has, in OpenAI's words; what is given stays, also where
  ///   it happens to be the library's default.
  package func fill(_ options: inout GenerationOptions, given: Set<String>) {
    if let temperature, !given.contains("temperature") { options.sampling.temperature = temperature }
    if let topK, !given.contains("top_k") { options.sampling.topK = topK }
    if let topP, !given.contains("top_p") { options.sampling.topP = topP }
    if let minP, !given.contains("min_p") { options.sampling.minP = minP }
    if let repetitionPenalty, !given.contains("repetition_penalty") {
      options.sampling.repetitionPenalty = repetitionPenalty
    }
    if let frequencyPenalty, !given.contains("frequency_penalty") {
      options.sampling.frequencyPenalty = frequencyPenalty
    }
    if let presencePenalty, !given.contains("presence_penalty") { options.sampling.presencePenalty = presencePenalty }
    let limits: Set<String> = ["max_tokens", "max_completion_tokens", "max_output_tokens", "num_predict"]
    if let maximumTokens, given.isDisjoint(with: limits) { options.maximumTokens = maximumTokens }
    let named = Set(options.templateVariables.map(\.name))
    options.templateVariables += templateVariables.filter { !named.contains($0.name) }
  }

  /// Puts the system message in front of a conversation that brings none.
  package func fill(_ messages: inout [Message]) {
    guard let systemMessage, !messages.contains(where: { $0.role == .system }) else { return }
    messages.insert(.system(systemMessage), at: 0)
  }
}
