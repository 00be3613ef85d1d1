public import InkChat
package import InkTokenizers

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension LanguageModel {
  /// The tokens of a conversation that the model is to answer: its chat template, then its tokenizer.
  ///
  /// - Throws: `templateFailure` when the model has no template or the template refuses the messages.
  public func prompt(for messages: [Message], options: GenerationOptions) throws(GenerationError) -> [Int32] {
    let template = try conversationTemplate()
    let text = try renderedPrompt(for: messages, options: options)
    // Templates of model files write the special tokens themselves.
    return tokenizer.encode(text, specialTokens: template.specialTokens, parsing: .parse)
  }

  /// The text of a conversation that the model is to answer.
  ///
  /// - Throws: `templateFailure` as ``prompt(for:options:)``.
  public func renderedPrompt(for messages: [Message], options: GenerationOptions) throws(GenerationError) -> String {
    let template = try conversationTemplate()
    var variables = TemplateMap()
    for member in options.templateVariables { variables[member.name] = TemplateValue(member.value) }
    let roles = tokenizer.roles
    var request = TemplateRequest(
      messages: .list([]),
      tools: options.tools.isEmpty ? .none : .list(options.tools.map { TemplateValue($0) }),
      documents: options.documents.isEmpty ? .none : .list(options.documents.map { TemplateValue($0) }),
      ending: PromptEnding(options.start), bosToken: roles.beginningOfSequence.flatMap { tokenizer.piece($0) } ?? "",
      eosToken: roles.endOfSequence.flatMap { tokenizer.piece($0) } ?? "", variables: variables)
    do throws(TemplateError) {
      let usesTools = !options.tools.isEmpty || messages.contains { $0.role == .tool || !$0.toolCalls.isEmpty }
      let habits = usesTools ? TemplateHabits(try template.template(for: request)) : TemplateHabits()
      request.messages = TemplateValue(messages, tools: options.tools, habits: habits)
      return try template.render(request, now: CivilTime(secondsSince1970: Int(Date().timeIntervalSince1970))).text
    } catch {
      throw GenerationError(code: .templateFailure, context: "\(name): chat template", found: "\(error)")
    }
  }

  /// The template, or the error that lists the formats to choose from.
  ///
  /// - Throws: `templateFailure` when there is none.
  @discardableResult
  package func conversationTemplate() throws(GenerationError) -> ConversationTemplate {
    if let template { return template }
    let names = ConversationFormat.table.map(\.name).joined(separator: ", ")
    throw GenerationError(
      code: .templateFailure, context: name, expected: "a chat template", found: "none in the model's files",
      hint: "Give it plain text to continue, or choose the format that it was trained with (--template): a file of "
        + "Jinja, or one of \(names).")
  }
}

extension PromptEnding {
  fileprivate init(_ start: AnswerStart) {
    switch start {
    case .newTurn: self = .assistantTurn
    case .lastMessage: self = .openLastMessage
    }
  }
}
