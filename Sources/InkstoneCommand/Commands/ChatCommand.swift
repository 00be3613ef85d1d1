package import ArgumentParser
import InkChains
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
        inkstone chat http://127.0.0.1:8080/v1#assistant --memory diary
        inkstone chat http://host/v1#big --price 0.15/0.6 --max-cost 0.5
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

  @OptionGroup(title: "Cost") package var cost: CostOptions

  @OptionGroup(title: "Output") package var output: OutputOptions

  package init() {}

  package func validate() throws {
    if maxTokens < -1 || maxTokens == 0 {
      throw ValidationError("--max-tokens: expected -1, or 1 or more, found \(maxTokens).")
    }
  }

  package mutating func run() async throws {
    switch try ModelPlace(model.model) {
    case .local: try await chatHere()
    case .remote(let address, let name):
      try checkRemote()
      let command = self
      try await PlacedModels.withChat(name, at: address) { chat in
        // Endpoints tell thoughts apart from the answer, or not at all.
        var options = try command.options()
        options.reasoning = .separate
        try await command.converse(with: chat, options)
      }
    }
  }

  private func options() throws -> GenerationOptions {
    try answer.options(sampling: sampling, maximumTokens: maxTokens < 0 ? nil : maxTokens)
  }

  /// What is loaded with a model cannot be given to an endpoint.
  private func checkRemote() throws {
    let given = [
      ("--adapter", !adapters.adapter.isEmpty), ("--mmproj", projector.mmproj != nil),
      ("--template", answer.template != nil),
    ]
    if let (option, _) = given.first(where: { $0.1 }) {
      throw CommandError(
        .usage, context: option, expected: "a model on this machine", found: "an endpoint",
        hint: "Give the option to the program that serves the model.")
    }
  }

  private func chatHere() async throws {
    let resolved = try await ModelOpener(network: self.model.machine.network, output: output).resolve(self.model.model)
    let cpu = self.model.machine.makeCPU()
    let base = try LanguageModel.load(
      resolved, options: projector.loading(adapters.loading()), template: try answer.templateChoice(), cpu: cpu)
    let model = try adapters.attach(to: base, of: resolved, on: cpu)
    try model.conversationTemplate()
    try await converse(with: OpenedChatModel(LocalChatModel(model), of: model), try options())
  }

  private func converse(with chat: OpenedChatModel, _ options: GenerationOptions) async throws {
    let meter = cost.price.map { _ in cost.limit.meter }
    // What keeps the conversation in mind asks the model too.
    let chat = meter.map { chat.counted(by: $0) } ?? chat
    var session = ChatSession(
      model: chat, name: model.model, conversation: Conversation(system: system ?? ""),
      memory: try memory.open(chat), options: options, output: output, meter: meter)
    try await session.run()
  }
}
