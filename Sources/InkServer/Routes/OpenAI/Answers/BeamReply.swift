import InkChat

/// Answers that were searched over beams, as one object.
struct BeamReply: Sendable {
  /// What an answer is told as.
  enum Form: Sendable {
    case message
    case text
  }

  let form: Form
  let options: BeamOptions
  /// Answers for each prompt, of which the best come first.
  let choices: Int
  let head: AnswerHead

  /// Searches for each prompt in turn.
  func object(_ prompts: [TextPrompt], on model: any BeamModel, _ record: RequestRecord) async throws -> JSONValue {
    var told: [JSONValue] = []
    var counts = TokenCounts(prompt: 0, completion: 0)
    for prompt in prompts {
      let answers = try await model.beams(continuing: prompt, options: options)
      // All beams were computed; those that are told are counted, as for other answers.
      counts = counts + TokenCounts.answers(answers.prefix(choices).map(\.counts))
      for answer in answers.prefix(choices) { told.append(choice(told.count, answer)) }
    }
    record.count(counts)
    let kind =
      switch form {
      case .message: "chat.completion"
      case .text: "text_completion"
      }
    return head.object(kind, choices: told, usage: counts.usage)
  }

  private func choice(_ index: Int, _ answer: BeamAnswer) -> JSONValue {
    var members = [JSONMember("index", .integer(Int64(index)))]
    switch form {
    case .message:
      members.append(
        JSONMember("message", ["role": "assistant", "content": .string(answer.text), "refusal": .null]))
    case .text: members.append(JSONMember("text", .string(answer.text)))
    }
    members.append(JSONMember("logprobs", .null))
    members.append(JSONMember("finish_reason", .string(answer.finishReason.description)))
    members.append(JSONMember("beam_score", .number(Double(answer.score))))
    return .object(members)
  }
}
