package import ArgumentParser
import InkChat
import InkFormats
import InkInference

/// `inkstone generate`: continues a text, or answers one message.
package struct GenerateCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Continue a text, or answer one message with --chat.",
    discussion: """
      The answer is streamed to standard output. Without --chat the text is given to the model as it is; with --chat it \
      becomes a user's message in the model's chat template. A model that ships no template needs the name of the format \
      it was trained with. A model with an encoder and a decoder (T5) reads the text as its source.

        inkstone generate --prompt "Once upon a time" --max-tokens 60
        inkstone generate --chat --prompt "What is an inkstone?" --temperature 0
        inkstone generate --chat --image cat.jpg --prompt "What is this?" --model ./llava
        git diff | inkstone generate --chat --system "Summarise in one line." --prompt -
      """)

  @Option(name: [.customShort("p"), .long], help: "The text to continue or to answer; - reads standard input.")
  package var prompt: String?

  @Option(name: [.customShort("f"), .long], help: ArgumentHelp("Read the prompt from a file.", valueName: "path"))
  package var promptFile: String?

  @Flag(help: "Use the model's chat template.")
  package var chat = false

  @Option(name: [.customShort("s"), .long], help: "What the model is told first; needs --chat.")
  package var system: String?

  @Option(
    help: ArgumentHelp(
      "A PNG or JPEG picture to put before the text; needs --chat and a model that reads pictures; may be repeated.",
      valueName: "path"))
  package var image: [String] = []

  @Option(
    name: [.customShort("n"), .long],
    help: "The most tokens to generate; 0 only processes the prompt, -1 goes on to the context's end.")
  package var maxTokens = 512

  @Option(help: "Report the log-probability of each token and of the K most probable ones; needs --json.")
  package var logprobs: Int?

  @OptionGroup(title: "Model") package var model: ModelOptions
  @OptionGroup(title: "Choice of tokens") package var sampling: SamplingOptions
  @OptionGroup(title: "Answer") package var answer: AnswerOptions
  @OptionGroup package var adapters: AdapterOptions
  @OptionGroup package var projector: ProjectorOptions

  @OptionGroup(title: "Output") package var output: OutputOptions

  package init() {}

  package func validate() throws {
    guard (prompt == nil) != (promptFile == nil) else {
      throw ValidationError("Expected either --prompt or --prompt-file. To read standard input: --prompt -")
    }
    if system != nil, !chat { throw ValidationError("--system needs --chat: a plain text has no place for it.") }
    if !image.isEmpty, !chat { throw ValidationError("--image needs --chat: a plain text has no place for it.") }
    if !chat, let option = answer.needsTemplate {
      throw ValidationError("\(option) needs --chat: a plain text has no template.")
    }
    if maxTokens < -1 { throw ValidationError("--max-tokens: expected -1 or more, found \(maxTokens).") }
    if let logprobs {
      if !output.json { throw ValidationError("--logprobs needs --json.") }
      if !(0...1000).contains(logprobs) { throw ValidationError("--logprobs: expected 0 to 1000, found \(logprobs).") }
    }
  }

  package mutating func run() async throws {
    let text = try readPrompt()
    let pictures = try image.map { MessagePart.image(.encoded(bytes: try InputFile.bytes($0), mediaType: "image/*")) }
    let detail = logprobs.map { GenerationOptions.TokenDetail.logProbabilities(alternatives: $0) } ?? .none
    let options = try answer.options(
      sampling: sampling, maximumTokens: maxTokens < 0 ? nil : maxTokens, detail: detail)
    let opener = ModelOpener(network: model.machine.network, output: output)
    let resolved = try await opener.resolve(model.model)
    let clock = ContinuousClock()
    let start = clock.now
    let stream: GenerationStream
    if try SequenceToSequenceModel.isStored(in: resolved) {
      stream = try target(of: text, resolved, options)
    } else {
      let cpu = model.machine.makeCPU()
      let base = try LanguageModel.load(
        resolved, options: projector.loading(adapters.loading()), template: try answer.templateChoice(), cpu: cpu)
      let local = LocalChatModel(try adapters.attach(to: base, of: resolved, on: cpu))
      stream =
        chat
        ? local.stream(messages(text, pictures), options: options)
        : local.stream(continuing: .text(text), options: options)
    }
    let loading = start.duration(to: clock.now)
    let printer = AnswerPrinter(stream: output.json ? nil : .results)
    var report = try await printer.print(stream)
    report.loading = loading
    if output.json { return try output.result(report.json.text) }
    try OutputStream.results.write("\n")
    output.remark(TerminalStyle(for: .notices).faint(report.remark))
  }

  private func messages(_ text: String, _ pictures: [MessagePart]) -> [Message] {
    let content = pictures.isEmpty ? MessageContent.text(text) : .parts(pictures + [.text(text)])
    return (system.map { [Message.system($0)] } ?? []) + [Message(role: .user, content: content)]
  }

  /// What a model with an encoder and a decoder makes of the text.
  private func target(
    of text: String, _ resolved: ResolvedModel, _ options: GenerationOptions
  ) throws -> GenerationStream {
    if chat {
      throw ValidationError("--chat needs a model that answers messages; this one writes a target from a source.")
    }
    let cpu = model.machine.makeCPU()
    var writer = try SequenceToSequenceModel.load(resolved, cpu: cpu)
    guard adapters.adapter.count <= 1 else {
      throw CommandError(
        .usage, context: "--adapter", expected: "one, for a model with an encoder",
        found: "\(adapters.adapter.count) of them")
    }
    if let entry = adapters.adapter.first {
      writer = try writer.attaching(adapter: AdapterOptions.parts(of: entry).folder, of: resolved, on: cpu)
    }
    return LocalSequenceToSequence(writer).stream(.text(text), options: options)
  }

  private func readPrompt() throws -> String {
    if let promptFile { return try InputFile.text(promptFile) }
    guard let prompt, prompt != "-" else { return try InputFile.text("-") }
    return prompt
  }
}
