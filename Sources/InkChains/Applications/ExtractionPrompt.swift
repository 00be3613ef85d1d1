package import InkChat

/// What a model is asked when values are read out of a text.
///
/// A model that is held to a schema sees none of it, and writes into the first member what belongs into the second; so
/// the names stand behind the text, and what the schema says of them in the system message.
package struct ExtractionPrompt: Sendable {
  private let names: [String]
  private let descriptions: [String]

  /// A prompt for the values of a schema.
  package init(schema: JSONValue) {
    guard case .object(let members)? = schema["properties"] else {
      (names, descriptions) = ([], [])
      return
    }
    names = members.map(\.name)
    descriptions = members.compactMap { member in
      guard case .string(let text)? = member.value["description"], !text.isEmpty else { return nil }
      return "\(member.name): \(text)"
    }
  }

  /// What a model is asked about a text.
  ///
  /// - Parameter wishes: what the user wants besides, in the user's words.
  package func messages(_ text: String, wishes: String = "") -> [Message] {
    let prompt = QuotedTextPrompt(
      task: .init(
        "Read the values that are asked for out of the text. Take nothing that the text does not say.",
        chinese: "从原文中读取所要的值。不要写原文没有说的内容。"),
      answer: .init(
        names.isEmpty ? "Values" : "Values (\(names.joined(separator: ", ")))",
        chinese: names.isEmpty ? "值" : "值（\(names.joined(separator: "、"))）"))
    return prompt.messages(text, wishes: (descriptions + [wishes]).filter { !$0.isEmpty }.joined(separator: "\n"))
  }
}
