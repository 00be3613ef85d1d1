/// What a line of a conversation means.
package enum ChatInput: Sendable, Equatable {
  /// Something to say to the model.
  case message(String)
  /// A command of the program.
  case command(ChatCommandLine)
  /// A slash and a word that is no command, and the nearest one that is.
  case unknown(String, nearest: String?)
  /// A command without what it needs.
  case incomplete(String)
  /// Nothing.
  case empty

  /// Reads a line, or several that were joined. Two slashes at the start stand for one that begins a message.
  package init(_ text: String) {
    let trimmed = text.trimmed()
    guard !trimmed.isEmpty else {
      self = .empty
      return
    }
    guard trimmed.hasPrefix("/") else {
      self = .message(text)
      return
    }
    if trimmed.hasPrefix("//") {
      self = .message(String(trimmed.dropFirst()))
      return
    }
    let word = trimmed.dropFirst().prefix { !$0.isWhitespace }
    let rest = String(trimmed.dropFirst(word.count + 1)).trimmed()
    switch word {
    case "help", "?": self = .command(.help)
    case "reset", "clear": self = .command(.reset)
    case "system": self = .command(.system(rest))
    case "save": self = rest.isEmpty ? .incomplete("/save needs the name of a file") : .command(.save(rest))
    case "retry", "regen": self = .command(.retry)
    case "exit", "quit", "bye": self = .command(.exit)
    default: self = .unknown("/\(word)", nearest: Self.nearest(to: String(word)))
    }
  }

  private static func nearest(to word: String) -> String? {
    let typed = "/" + word
    let best = ChatCommandLine.names.min { EditDistance.between($0, typed) < EditDistance.between($1, typed) }
    guard let best, EditDistance.between(best, typed) <= 2 else { return nil }
    return best
  }
}

/// A command of the conversation's program.
package enum ChatCommandLine: Sendable, Equatable {
  case help
  /// Forget the conversation.
  case reset
  /// Tell the model this first; an empty text takes it back.
  case system(String)
  /// Write the conversation to a file.
  case save(String)
  /// Answer the last message once more.
  case retry
  case exit

  /// The commands as they are typed.
  package static let names = ["/help", "/reset", "/system", "/retry", "/save", "/exit"]

  /// What `/help` prints.
  package static let helpText = """
    /help          this list
    /reset         forget the conversation, keep the system message
    /system TEXT   tell the model TEXT first and begin anew; without TEXT take it back
    /retry         answer the last message once more
    /save FILE     write the conversation to FILE as JSON
    /exit          leave; Ctrl-D does too
    A message of several lines: Alt-Enter or Ctrl-J begins a new line, a backslash at the end of a line goes on \
    with the next one, and so does everything between two lines of \"\"\". // begins a message with a slash.
    The arrow keys call up what was typed before. Ctrl-C stops an answer.
    """
}

extension String {
  /// Without blanks and line ends at both ends.
  func trimmed() -> String {
    let start = drop { $0.isWhitespace }
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
