import InkChains
import InkChat
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads lines, answers them, and keeps the conversation.
struct ChatSession {
  private let model: OpenedChatModel
  private let name: String
  private let options: GenerationOptions
  private let output: OutputOptions
  private let style = TerminalStyle(for: .notices)
  /// Whether a person types.
  private let isInteractive = isatty(0) == 1
  private let interrupts = ChatInterrupts()
  private let memory: ChatMemory?
  /// What counts the money; nil where tokens have no price.
  private let meter: BudgetMeter?
  private var conversation: Conversation

  init(
    model: OpenedChatModel, name: String, conversation: Conversation, memory: ChatMemory?, options: GenerationOptions,
    output: OutputOptions, meter: BudgetMeter?
  ) {
    self.model = model
    self.name = name
    self.conversation = conversation
    self.memory = memory
    self.options = options
    self.output = output
    self.meter = meter
  }

  /// Converses until the input ends or `/exit` comes.
  mutating func run() async throws {
    let interrupts = interrupts
    let watch = isInteractive ? SignalWatch([SIGINT]) { _ in interrupts.receive() } : nil
    defer { watch?.stop() }
    if isInteractive {
      output.remark(
        style.faint(
          "\(name)\(model.contextLength.map { ", \($0) tokens of context" } ?? ""). /help lists commands, /exit leaves."
        ))
    }
    if let memory {
      conversation.goOn(from: try await memory.turns())
      output.remark(style.faint("\(memory.name): \(conversation.turns.count) messages are remembered."))
    }
    let said = conversation.turns.filter { $0.role == .user }.map(\.content.text)
    var lines = ChatLines(isInteractive: isInteractive, interrupts: interrupts, earlier: said)
    while let text = try lines.next() {
      if try await handle(ChatInput(text)) == .leave { return }
    }
    if isInteractive, !lines.isEdited { try OutputStream.notices.write("\n") }
  }

  private enum Next { case goOn, leave }

  private mutating func handle(_ input: ChatInput) async throws -> Next {
    switch input {
    case .empty: break
    case .message(let text): try await say(text)
    case .unknown(let word, let nearest):
      try complain("\(word) is no command." + (nearest.map { " Did you mean \($0)?" } ?? " /help lists them."))
    case .incomplete(let reason): try complain("\(reason).")
    case .command(.exit): return .leave
    case .command(.help):
      try complain(WrappedText.of(ChatCommandLine.helpText, columns: min(OutputStream.notices.width, 90)))
    case .command(.reset):
      conversation.reset()
      try await memory?.forget()
      output.remark(style.faint("The conversation begins anew."))
    case .command(.system(let text)):
      conversation.tell(text)
      // What is kept is not thrown away by telling the model something else.
      if let memory { conversation.goOn(from: try await memory.turns()) }
      output.remark(style.faint(text.isEmpty ? "No system message." : "The model is told this first."))
    case .command(.retry) where memory != nil:
      try complain("What is remembered cannot be taken back: /retry needs a conversation without --memory.")
    case .command(.retry):
      guard let question = conversation.takeBackLast() else {
        try complain("There is no message to answer again.")
        return .goOn
      }
      try await say(question)
    case .command(.save(let path)): try save(path)
    }
    return .goOn
  }

  private func complain(_ text: String) throws {
    try OutputStream.notices.write(text + "\n")
  }

  private func save(_ path: String) throws {
    do {
      try conversation.save(to: path, model: name)
      output.remark(style.faint("Saved \(conversation.turns.count) messages to \(path)."))
    } catch {
      guard isInteractive else { throw error }
      try complain(style.alarming("error:") + " \(error)")
    }
  }

  private mutating func say(_ text: String) async throws {
    let recalled = try await memory?.messages(for: text, system: conversation.system)
    conversation.ask(text)
    let stream = model.model.stream(recalled ?? conversation.messages, options: options)
    let printer = AnswerPrinter(stream: output.json ? nil : .results)
    let partial = PartialText()
    let task = Task { try await printer.print(stream) { partial.append($0) } }
    interrupts.beginAnswer { task.cancel() }
    let result = await task.result
    interrupts.endAnswer()
    switch result {
    case .success(let report):
      conversation.answer(report.text)
      try await keep(text, report.text)
      var report = report
      report.paid = meter?.money
      if output.json { return try output.result(report.json.text) }
      try OutputStream.results.write("\n")
      output.remark(style.faint(report.remark))
    case .failure(let error):
      conversation.answer(partial.text)
      if let error = error as? GenerationError, error.code == .cancelled, isInteractive {
        if !output.json { try OutputStream.results.write("\n") }
        return output.remark(style.faint("[stopped]"))
      }
      guard isInteractive, error is GenerationError else { throw error }
      try complain(style.alarming("error:") + " \(error)" + (isFull(error) ? " /reset forgets what was said." : ""))
    }
  }

  /// Keeps a question and its answer. A summary that could not be written is made up for by the next one, so it is no
  /// reason to end a conversation.
  private func keep(_ question: String, _ answer: String) async throws {
    do {
      try await memory?.remember(question: question, answer: answer)
    } catch {
      guard isInteractive else { throw error }
      try complain("\n" + style.alarming("error:") + " \(error)")
    }
  }

  private func isFull(_ error: any Error) -> Bool { (error as? GenerationError)?.code == .contextExceeded }
}

/// The text of an answer as far as it came, for the one who stops it.
private final class PartialText: Sendable {
  private let content = Mutex("")

  func append(_ piece: String) { content.withLock { $0 += piece } }

  var text: String { content.withLock { $0 } }
}
