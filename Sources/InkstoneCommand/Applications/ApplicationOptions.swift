package import ArgumentParser
package import InkChains
package import InkChat

/// Which model an application asks, and how the application speaks.
package struct ApplicationOptions: ParsableArguments {
  @Option(
    name: [.customShort("m"), .long],
    help: ArgumentHelp(
      "What answers: a built-in name, a file, a folder, org/name, or address#model.", valueName: "model"))
  package var model = PlacedModels.defaultChatModel

  @Option(help: "Divides the logits; 0 always takes the most probable token.")
  package var temperature: Float = 0

  @Option(help: "Makes the choice repeatable.")
  package var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Where an answer must have a form, ask for it in words and let the model repair it so many times. When left out, "
        + "local models and endpoints that are known to hold to forms can write nothing else; others may repair twice.",
      valueName: "count"))
  package var repairs: Int?

  @Option(
    help: ArgumentHelp(
      "Write every start, text, end and error of every step to a file, a line of JSON each.",
      valueName: "path"))
  package var events: String?

  @OptionGroup package var cost: CostOptions

  @OptionGroup package var machine: MachineOptions

  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    if !(temperature >= 0) { throw ValidationError("--temperature: expected 0 or more, found \(temperature).") }
    if let repairs, !(0...20).contains(repairs) {
      throw ValidationError("--repairs: expected 0 to 20, found \(repairs).")
    }
  }

  /// How the model is brought to answer in a form.
  package func guidance(of chat: OpenedChatModel) -> AnswerGuidance {
    repairCount(for: chat).map { .instructed(repairs: $0) } ?? .constrained
  }

  /// How often the model may repair an answer; nil where it is held to the form.
  package func repairCount(for chat: OpenedChatModel) -> Int? { repairs ?? (chat.side.holdsForms ? nil : 2) }

  /// How the model answers.
  package func generation(of chat: OpenedChatModel, maximumTokens: Int?) -> GenerationOptions {
    GenerationOptions(
      sampling: AnswerSampling(temperature: temperature, seed: seed, side: chat.side).parameters,
      maximumTokens: maximumTokens)
  }
}

/// How long an answer may become.
package struct AnswerLengthOptions: ParsableArguments {
  @Option(name: [.customShort("n"), .long], help: "The most tokens of an answer.")
  package var maxTokens = 512

  package init() {}

  package func validate() throws {
    if maxTokens < 1 { throw ValidationError("--max-tokens: expected at least 1, found \(maxTokens).") }
  }
}
