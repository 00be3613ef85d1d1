internal import InkTokenizers

/// Instructions with answers, and perhaps turns that came before.
enum AlpacaFormat {
  static func conversation(_ fields: RecordFields) throws(DataError) -> Conversation {
    var messages: [ConversationMessage] = []
    if let system = try fields.optionalText("system") { messages.append(ConversationMessage(.system, system)) }
    if fields.value("history") != nil {
      for turn in try fields.list("history") {
        guard let pair = turn.dataList, pair.count == 2, let question = pair[0].dataText, let answer = pair[1].dataText
        else { throw fields.fault("pairs of question and answer in \"history\"", turn.kindOfData) }
        messages.append(ConversationMessage(.user, question))
        messages.append(ConversationMessage(.assistant, answer))
      }
    }
    let parts = [try fields.text("instruction"), try fields.optionalText("input") ?? ""].filter { !$0.isEmpty }
    messages.append(ConversationMessage(.user, parts.joined(separator: "\n")))
    messages.append(ConversationMessage(.assistant, try fields.text("output")))
    return Conversation(messages: messages)
  }
}
