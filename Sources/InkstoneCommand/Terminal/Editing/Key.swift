/// What a key of a terminal asks for while a line is typed.
package enum Key: Sendable, Equatable {
  /// Characters to put in; several when they were pasted.
  case text(String)
  /// The line is done.
  case enter
  /// A line end within the text: Alt-Enter or Ctrl-J.
  case lineEnd
  case backspace
  case delete
  /// Ctrl-D: deletes forwards, or ends the input where nothing was typed.
  case deleteOrEnd
  case left
  case right
  case wordLeft
  case wordRight
  case lineStart
  case lineStop
  case up
  case down
  case killToStop
  case killToStart
  case killWord
  /// Puts in what was killed last.
  case putBack
  case complete
  case clearScreen
  case interrupt
  case suspend
}
