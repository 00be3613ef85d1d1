internal import InkTokenizers

/// A prompt and its completion: text, or messages of which only the completion's are learned.
enum PromptCompletionFormat {
  static func example(_ fields: RecordFields) throws(DataError) -> Example {
    let prompt = try fields.required("prompt")
    let completion = try fields.required("completion")
    if let prompt = prompt.dataText, let completion = completion.dataText {
      return .completion(PromptCompletion(prompt: prompt, completion: completion))
    }
    guard let before = prompt.dataList, let after = completion.dataList else {
      throw fields.fault(
        "text or messages in both \"prompt\" and \"completion\"", "\(prompt.kindOfData) and \(completion.kindOfData)")
    }
    var messages = try MessagesFormat.messages(before, fields, "prompt")
    for index in messages.indices { messages[index].weight = 0 }
    messages += try MessagesFormat.messages(after, fields, "completion")
    return .conversation(Conversation(messages: messages, tools: try ToolList.read(fields)))
  }
}
