package import ArgumentParser
package import InkChat
import InkFormats
package import InkInference

/// When an answer ends, and what the chat template is told.
package struct AnswerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("End the answer at this text, which is not part of it; may be repeated.", valueName: "text"))
  package var stop: [String] = []

  @Option(
    help: ArgumentHelp(
      "The chat template to use: one of the model's own by its name, a format such as vicuna_v1.1, or a file of Jinja.",
      valueName: "name|path"))
  package var template: String?

  @Option(help: ArgumentHelp("Tools that the model may call, from a file of JSON.", valueName: "path"))
  package var tools: String?

  @Option(help: ArgumentHelp("Documents to answer from, from a file of JSON.", valueName: "path"))
  package var documents: String?

  @Option(
    help: ArgumentHelp(
      "Set a variable of the chat template, such as enable_thinking=false; may be repeated.", valueName: "name=value"))
  package var templateVariable: [TemplateVariableArgument] = []

  package init() {}

  /// What only a chat template can use, by the name of its option; nil when nothing was given.
  package var needsTemplate: String? {
    if template != nil { return "--template" }
    if tools != nil { return "--tools" }
    return documents == nil ? nil : "--documents"
  }

  /// The template that was asked for. What looks like a path is read as a file.
  ///
  /// - Throws: `cannotRead` and `invalidData` for a file.
  package func templateChoice() throws(CommandError) -> TemplateChoice {
    guard let template else { return .automatic }
    guard template.contains("/") || template.hasSuffix(".jinja") else { return .named(template) }
    return .source(try InputFile.text(template), origin: template)
  }

  /// The engine's options, with tools and documents read from their files.
  ///
  /// - Throws: `CommandError` for a file that cannot be read, `FormatError` for one that holds something else.
  package func options(
    sampling: SamplingOptions, maximumTokens: Int?, detail: GenerationOptions.TokenDetail = .none
  ) throws -> GenerationOptions {
    GenerationOptions(
      sampling: sampling.parameters, maximumTokens: maximumTokens, stopStrings: stop, tokenDetail: detail,
      tools: try tools.map { try ToolDefinition.list(json: try InputFile.bytes($0), file: $0) } ?? [],
      reasoning: .inText,
      documents: try documents.map { try PromptDocument.list(json: try InputFile.bytes($0), file: $0) } ?? [],
      templateVariables: templateVariable.map(\.member))
  }
}

/// A name, an equals sign and a value: `true`, `false`, `null`, a number, or text.
package struct TemplateVariableArgument: ExpressibleByArgument, Sendable, Equatable {
  /// The variable.
  package let member: JSONMember

  package init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else { return nil }
    let text = String(argument[argument.index(after: equals)...])
    let value: InkChat.JSONValue =
      switch text {
      case "true": .boolean(true)
      case "false": .boolean(false)
      case "null": .null
      default: Int64(text).map { .integer($0) } ?? Double(text).map { .number($0) } ?? .string(text)
      }
    member = JSONMember(String(argument[..<equals]), value)
  }
}
