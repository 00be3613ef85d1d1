public import InkChat
import InkTokenizers

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension LanguageModel {
  /// The tokens of a conversation that the model is to answer: its own chat template, then its tokenizer.
  ///
  /// - Throws: `templateFailure` when the model brings no template or the template refuses the messages.
  public func prompt(for messages: [Message], options: GenerationOptions) throws(GenerationError) -> [Int32] {
    let text = try renderedPrompt(for: messages, options: options)
    // Templates write the special tokens themselves.
    return tokenizer.encode(text, specialTokens: .omit, parsing: .parse)
  }

  /// The text of a conversation that the model is to answer.
  public func renderedPrompt(for messages: [Message], options: GenerationOptions) throws(GenerationError) -> String {
    guard let template else {
      throw GenerationError(
        code: .templateFailure, context: name, expected: "a chat template", found: "none in the model's files",
        hint: "The model was not made for conversation; give it plain text instead.")
    }
    var variables = TemplateMap()
    for member in options.templateVariables { variables[member.name] = TemplateValue(member.value) }
    let tools = options.tools.isEmpty ? TemplateValue.none : .list(options.tools.map { TemplateValue($0) })
    let roles = tokenizer.roles
    do throws(TemplateError) {
      return try template.render(
        messages: .list(messages.map { TemplateValue($0) }), tools: tools, addGenerationPrompt: true,
        bosToken: roles.beginningOfSequence.flatMap { tokenizer.piece($0) } ?? "",
        eosToken: roles.endOfSequence.flatMap { tokenizer.piece($0) } ?? "", variables: variables,
        now: CivilTime(secondsSince1970: Int(Date().timeIntervalSince1970))
      ).text
    } catch {
      throw GenerationError(code: .templateFailure, context: "\(name): chat template", found: "\(error)")
    }
  }
}
