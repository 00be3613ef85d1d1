internal import InkTokenizers

/// Two answers to a prompt, as text or as messages. Without a prompt both answers begin with it.
enum PreferenceFormat {
  static func preference(_ fields: RecordFields) throws(DataError) -> Preference {
    let chosen = try fields.required("chosen")
    let rejected = try fields.required("rejected")
    if let chosen = chosen.dataText, let rejected = rejected.dataText {
      return Preference(
        .texts(prompt: try fields.optionalText("prompt") ?? "", chosen: chosen, rejected: rejected))
    }
    var before: [ConversationMessage] = []
    if let prompt = fields.value("prompt") {
      if let text = prompt.dataText {
        before = [ConversationMessage(.user, text)]
      } else {
        before = try MessagesFormat.messages(try fields.list("prompt"), fields, "prompt")
      }
    }
    return Preference(
      .conversations(
        chosen: try side(chosen, "chosen", after: before, fields),
        rejected: try side(rejected, "rejected", after: before, fields)))
  }

  /// The prompt with one answer, which is a message or a list of messages.
  private static func side(
    _ value: TemplateValue, _ name: String, after before: [ConversationMessage], _ fields: RecordFields
  ) throws(DataError) -> Conversation {
    let list = value.dataMap == nil ? value.dataList : [value]
    guard let list else { throw fields.fault("text or messages in \"\(name)\"", value.kindOfData) }
    return Conversation(messages: before + (try MessagesFormat.messages(list, fields, name)))
  }
}
