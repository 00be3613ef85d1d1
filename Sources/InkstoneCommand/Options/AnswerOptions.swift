package import ArgumentParser
package import InkChat

/// When an answer ends, and what the chat template is told.
package struct AnswerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("End the answer at this text, which is not part of it; may be repeated.", valueName: "text"))
  package var stop: [String] = []

  @Option(
    help: ArgumentHelp(
      "Set a variable of the chat template, such as enable_thinking=false; may be repeated.", valueName: "name=value"))
  package var templateVariable: [TemplateVariableArgument] = []

  package init() {}

  /// The engine's options.
  package func options(
    sampling: SamplingOptions, maximumTokens: Int?, detail: GenerationOptions.TokenDetail = .none
  ) -> GenerationOptions {
    GenerationOptions(
      sampling: sampling.parameters, maximumTokens: maximumTokens, stopStrings: stop, tokenDetail: detail,
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
