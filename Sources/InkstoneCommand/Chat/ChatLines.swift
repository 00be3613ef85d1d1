#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads what is said in a conversation: lines with an editor where a person types at a terminal, plain lines elsewhere.
struct ChatLines {
  private static let prompt = "> "
  private static let goOnPrompt = "… "

  private let isInteractive: Bool
  private let interrupts: ChatInterrupts
  private let style = TerminalStyle(for: .notices)
  private var editor: LineEditor?
  private var joiner = LineJoiner()
  private var presses = 0

  /// - Parameter earlier: what was said before, to be called up again.
  init(isInteractive: Bool, interrupts: ChatInterrupts, earlier: [String]) {
    self.isInteractive = isInteractive
    self.interrupts = interrupts
    guard isInteractive else { return }
    editor = LineEditor(history: LineHistory(earlier), completions: ChatCommandLine.names)
  }

  /// Whether lines are edited here: what ends the input has moved to a new line already.
  var isEdited: Bool { editor != nil }

  /// The next text; nil at the end of the input.
  mutating func next() throws(CommandError) -> String? {
    editor == nil ? nextPlain() : try nextEdited()
  }

  private mutating func nextEdited() throws(CommandError) -> String? {
    while true {
      let prompt = joiner.isWaiting ? ChatLines.goOnPrompt : ChatLines.prompt
      switch try editor?.read(prompt: prompt, indent: ChatLines.goOnPrompt) {
      case .line(let line):
        presses = 0
        if let text = joiner.take(line) { return text }
      case .interrupted(let hadText):
        if hadText || joiner.isWaiting {
          joiner.reset()
          presses = 0
          continue
        }
        presses += 1
        if presses > 1 { exit(ExitStatus.interrupted.rawValue) }
        try OutputStream.notices.write("Press Ctrl-C again to leave, or type /exit.\n")
      case .end, nil: return joiner.finish()
      }
    }
  }

  private mutating func nextPlain() -> String? {
    while true {
      if isInteractive {
        let prompt = joiner.isWaiting ? ChatLines.goOnPrompt : ChatLines.prompt
        try? OutputStream.notices.write(style.strong(prompt))
        interrupts.waitAtPrompt(style.strong(ChatLines.prompt))
      }
      guard let line = readLine() else { return joiner.finish() }
      if interrupts.takeLineReset() { joiner.reset() }
      if let text = joiner.take(line) { return text }
    }
  }
}
