/// A conversation and what else a chat template is told about it.
public struct TemplateRequest: Sendable {
  /// A list of maps with `role`, `content` and what else the template reads.
  public var messages: TemplateValue
  /// A list of tool descriptions, or `.none`.
  public var tools: TemplateValue
  /// A list of maps, usually with `title` and `text`, or `.none`.
  public var documents: TemplateValue
  /// How the text ends.
  public var ending: PromptEnding
  /// The text of the beginning-of-sequence token.
  public var bosToken: String
  /// The text of the end-of-sequence token.
  public var eosToken: String
  /// More variables, such as `enable_thinking`; they win over the ones above.
  public var variables: TemplateMap

  /// A request; everything but the messages may be left out.
  public init(
    messages: TemplateValue, tools: TemplateValue = .none, documents: TemplateValue = .none,
    ending: PromptEnding = .complete, bosToken: String = "", eosToken: String = "",
    variables: TemplateMap = TemplateMap()
  ) {
    self.messages = messages
    self.tools = tools
    self.documents = documents
    self.ending = ending
    self.bosToken = bosToken
    self.eosToken = eosToken
    self.variables = variables
  }

  /// The variables by the names that templates know.
  var context: TemplateMap {
    var context: TemplateMap = [
      "messages": messages, "tools": tools, "documents": documents,
      "add_generation_prompt": .bool(ending == .assistantTurn), "bos_token": .string(bosToken),
      "eos_token": .string(eosToken),
    ]
    for entry in variables.entries { context[entry.key] = entry.value }
    return context
  }
}
