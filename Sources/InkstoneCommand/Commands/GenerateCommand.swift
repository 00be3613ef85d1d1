package import ArgumentParser
import InkChat
import InkInference

/// `inkstone generate`: continues a text, or answers one message.
package struct GenerateCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Continue a text, or answer one message with --chat.",
    discussion: """
      The answer is streamed to standard output. Without --chat the text is given to the model as it is; with --chat it \
      becomes a user's message in the model's chat template. A model that ships no template needs the name of the format \
      it was trained with.

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
    let (model, loading) = try await ModelOpener(network: self.model.machine.network, output: output)
      .load(self.model.model, template: try answer.templateChoice(), on: self.model.machine.makeCPU())
    let local = LocalChatModel(model)
    let stream: GenerationStream
    if chat {
      let content = pictures.isEmpty ? MessageContent.text(text) : .parts(pictures + [.text(text)])
      let messages = (system.map { [Message.system($0)] } ?? []) + [Message(role: .user, content: content)]
      stream = local.stream(messages, options: options)
    } else {
      stream = local.stream(continuing: .text(text), options: options)
    }
    let printer = AnswerPrinter(stream: output.json ? nil : .results)
    var report = try await printer.print(stream)
    report.loading = loading
    if output.json { return try output.result(report.json.text) }
    try OutputStream.results.write("\n")
    output.remark(TerminalStyle(for: .notices).faint(report.remark))
  }

  private func readPrompt() throws -> String {
    if let promptFile { return try InputFile.text(promptFile) }
    guard let prompt, prompt != "-" else { return try InputFile.text("-") }
    return prompt
  }
}
