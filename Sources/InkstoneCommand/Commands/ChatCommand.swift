package import ArgumentParser
import InkChat
import InkInference

/// `inkstone chat`: a conversation in the terminal.
package struct ChatCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "chat", abstract: "Talk with a model.",
    discussion: """
      /help lists what can be typed besides messages. Ctrl-C stops an answer. Without a terminal each line of standard \
      input is a message, and each answer is followed by a line end.

        inkstone chat
        inkstone chat smollm2-135m --system "Answer in one sentence."
        inkstone chat --memory diary
        printf 'Hello\\nWhat did I say?\\n' | inkstone chat --quiet
      """)

  @OptionGroup package var model: ModelArgument

  @Option(name: [.customShort("s"), .long], help: "What the model is told first.")
  package var system: String?

  @Option(name: [.customShort("n"), .long], help: "The most tokens of an answer; -1 goes on to the context's end.")
  package var maxTokens = -1

  @OptionGroup(title: "Choice of tokens") package var sampling: SamplingOptions
  @OptionGroup(title: "Answer") package var answer: AnswerOptions
  @OptionGroup package var adapters: AdapterOptions
  @OptionGroup package var projector: ProjectorOptions
  @OptionGroup(title: "Memory") package var memory: ChatMemoryOptions

  @OptionGroup(title: "Output") package var output: OutputOptions

  package init() {}

  package func validate() throws {
    if maxTokens < -1 || maxTokens == 0 {
      throw ValidationError("--max-tokens: expected -1, or 1 or more, found \(maxTokens).")
    }
  }

  package mutating func run() async throws {
    let options = try answer.options(sampling: sampling, maximumTokens: maxTokens < 0 ? nil : maxTokens)
    let resolved = try await ModelOpener(network: self.model.machine.network, output: output).resolve(self.model.model)
    let cpu = self.model.machine.makeCPU()
    let base = try LanguageModel.load(
      resolved, options: projector.loading(adapters.loading()), template: try answer.templateChoice(), cpu: cpu)
    let model = try adapters.attach(to: base, of: resolved, on: cpu)
    try model.conversationTemplate()
    let chat = LocalChatModel(model)
    let memory = try memory.open(OpenedChatModel(chat, of: model))
    var session = ChatSession(
      model: chat, name: self.model.model, conversation: Conversation(system: system ?? ""), memory: memory,
      options: options, output: output)
    try await session.run()
  }
}
