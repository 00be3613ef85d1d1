/// Reads lines that a person types: with a cursor, earlier lines, line ends and pasted text, in characters of any width.
struct LineEditor {
  /// How a line ended.
  enum Outcome: Sendable, Equatable {
    case line(String)
    /// Ctrl-C; whether something had been typed.
    case interrupted(hadText: Bool)
    /// Ctrl-D, or the terminal is gone.
    case end
  }

  private let input: Int32
  private let output: OutputStream
  private let style: TerminalStyle
  /// Words that Tab completes at the beginning of a line.
  private let completions: [String]
  /// What was entered.
  private(set) var history: LineHistory
  private var decoder = KeyDecoder()
  /// Bytes that came behind the line that was entered last.
  private var ahead: ArraySlice<UInt8> = []
  private var text = EditedText()
  private var drawnCursorRow = 0
  private var prompt = ""
  private var indent = ""

  /// An editor; nil where lines cannot be drawn anew: no terminal, or a dumb one.
  init?(input: Int32 = 0, output: OutputStream = .notices, history: LineHistory, completions: [String]) {
    guard OutputStream(descriptor: input).isTerminal, TerminalStyle.drawsLines(on: output) else { return nil }
    self.input = input
    self.output = output
    self.style = TerminalStyle(for: output)
    self.history = history
    self.completions = completions
  }

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - prompt: what stands before it.
  ///   - indent: what stands before further lines of a text with line ends.
  mutating func read(prompt: String, indent: String) throws(CommandError) -> Outcome {
    guard let terminal = RawTerminal(input) else { return .end }
    defer { terminal.giveBack() }
    (self.prompt, self.indent, text, drawnCursorRow) = (prompt, indent, EditedText(), 0)
    // Pasted text comes marked as such, so that its line ends do not enter it.
    try output.write("\u{1B}[?2004h")
    let outcome = try edit(terminal)
    try output.write("\u{1B}[?2004l")
    if case .line(let line) = outcome { history.add(line) }
    return outcome
  }

  private mutating func edit(_ terminal: RawTerminal) throws(CommandError) -> Outcome {
    try draw()
    var width = output.width
    while true {
      // Half a second is soon enough for a window that changed its width.
      if ahead.isEmpty {
        guard let bytes = terminal.read(within: decoder.isPending ? 50 : 500) else { return .end }
        ahead = bytes[...]
      }
      if ahead.isEmpty { decoder.giveUp() }
      var isChanged = width != output.width
      width = output.width
      while let byte = ahead.popFirst() {
        guard let key = decoder.take(byte) else { continue }
        if let outcome = try handle(key, terminal) { return outcome }
        isChanged = true
      }
      if isChanged { try draw() }
    }
  }

  private mutating func handle(_ key: Key, _ terminal: RawTerminal) throws(CommandError) -> Outcome? {
    switch key {
    case .enter:
      try leave()
      return .line(text.text)
    case .interrupt:
      try leave("^C")
      return .interrupted(hadText: !text.characters.isEmpty)
    case .deleteOrEnd where text.characters.isEmpty:
      try leave()
      return .end
    case .suspend:
      try leave()
      terminal.suspend()
      drawnCursorRow = 0
    case .clearScreen:
      try output.write("\u{1B}[H\u{1B}[2J")
      drawnCursorRow = 0
    case .complete: complete()
    case .up:
      if !text.apply(key), let line = history.earlier(than: text.text) { text.replace(with: line) }
    case .down:
      if !text.apply(key), let line = history.later() { text.replace(with: line) }
    case .text, .lineEnd, .backspace, .delete, .deleteOrEnd, .left, .right, .wordLeft, .wordRight, .lineStart,
      .lineStop, .killToStop, .killToStart, .killWord, .putBack:
      _ = text.apply(key)
    }
    return nil
  }

  /// Completes a word that begins the text as far as it is certain.
  private mutating func complete() {
    let typed = text.text
    let fitting = completions.filter { !typed.isEmpty && $0.hasPrefix(typed) }
    guard let first = fitting.first else { return }
    let common = fitting.dropFirst().reduce(first) { common, word in
      String(zip(common, word).prefix { $0.0 == $0.1 }.map(\.0))
    }
    text.replace(with: fitting.count == 1 ? common + " " : common)
  }

  /// Draws the line over the one that was drawn last.
  private mutating func draw() throws(CommandError) {
    let layout = LineLayout(text, prompt: prompt, indent: indent, columns: output.width)
    let (rows, row) = layout.window(height: output.height)
    var drawing = drawnCursorRow > 0 ? "\u{1B}[\(drawnCursorRow)A" : ""
    drawing += "\r\u{1B}[J" + styled(rows)
    let below = rows.count - 1 - row
    if below > 0 { drawing += "\u{1B}[\(below)A" }
    drawing += "\r" + (layout.cursorColumn > 0 ? "\u{1B}[\(layout.cursorColumn)C" : "")
    try output.write(drawing)
    drawnCursorRow = row
  }

  private func styled(_ rows: ArraySlice<String>) -> String {
    var lines = Array(rows)
    if let first = lines.first, first.hasPrefix(prompt) {
      lines[0] = style.strong(prompt) + first.dropFirst(prompt.count)
    }
    return lines.joined(separator: "\r\n")
  }

  /// Draws the text to its end and moves below it, where what follows is written.
  private mutating func leave(_ mark: String = "") throws(CommandError) {
    text.moveToEnd()
    try draw()
    try output.write(mark + "\r\n")
    drawnCursorRow = 0
  }
}
