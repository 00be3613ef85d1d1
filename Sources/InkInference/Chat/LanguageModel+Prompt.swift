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
    try tokens(of: try rendered(messages, options: options))
  }

  /// The tokens of a rendered conversation.
  func tokens(of conversation: RenderedConversation) throws(GenerationError) -> [Int32] {
    // Templates of model files write the special tokens themselves.
    tokenizer.encode(
      conversation.text, specialTokens: try conversationTemplate().specialTokens, parsing: .parse)
  }

  /// Refuses a text that cannot fit, before the work of reading it.
  ///
  /// - Throws: `contextExceeded`.
  func requireRoom(forByteCount count: Int, contextLength: Int) throws(GenerationError) {
    let least = tokenizer.leastTokens(ofByteCount: count)
    guard least >= contextLength else { return }
    throw GenerationError(
      code: .contextExceeded, context: "prompt", expected: "fewer than \(contextLength) tokens (the context length)",
      found: "\(count) bytes, which are \(least) tokens at least",
      hint: "Shorten the prompt or choose a model with a longer context.")
  }

  /// The text of a conversation that the model is to answer.
  ///
  /// - Throws: `templateFailure` as ``prompt(for:options:)``.
  public func renderedPrompt(for messages: [Message], options: GenerationOptions) throws(GenerationError) -> String {
    try rendered(messages, options: options).text
  }

  /// A conversation as the model reads it, and what its answer is made of.
  ///
  /// A template that knows no tools gets them in the text.
  package func rendered(
    _ messages: [Message], options: GenerationOptions
  ) throws(GenerationError) -> RenderedConversation {
    let template = try conversationTemplate()
    // For models that read no pictures, text in parts is text: their templates know strings alone.
    let messages = readsPictures ? messages : messages.map(\.withTextInOnePiece)
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
      var chosen = try template.template(for: request)
      var writesTools = false
      if usesTools, !TemplateHabits.readsTools(chosen) {
        writesTools = true
        request.tools = .none
        chosen = try template.template(for: request)
      }
      request.messages =
        writesTools
        ? TemplateValue(messages.writingTools(options.tools), tools: [], habits: TemplateHabits())
        : TemplateValue(messages, tools: options.tools, habits: usesTools ? TemplateHabits(chosen) : TemplateHabits())
      let now = CivilTime(secondsSince1970: Int(Date().timeIntervalSince1970))
      let text = try chosen.render(request, now: now).text
      let continued = options.start == .lastMessage ? messages.last?.content.text : nil
      var layout = AnswerLayout(templateSource: chosen.source, prompt: text, continuing: continued)
      // Of a notation that is not known here calls cannot be read, but they can be demanded in another.
      if usesTools, layout.toolCalls == nil { layout.toolCalls = .hermes }
      return RenderedConversation(text: text, layout: layout)
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

extension Message {
  /// The message with its text in one piece, if text is all it holds.
  fileprivate var withTextInOnePiece: Message {
    var message = self
    guard content.images.isEmpty else { return self }
    message.content = .text(content.text)
    return message
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
