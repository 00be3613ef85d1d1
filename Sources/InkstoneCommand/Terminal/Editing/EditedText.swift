/// A text that is being typed, and the place in it where typing goes on. Its units are characters as they are seen.
package struct EditedText: Sendable, Equatable {
  /// The text.
  package private(set) var characters: [Character] = []
  /// The number of characters before the cursor.
  package private(set) var cursor = 0
  private var killed: [Character] = []

  /// A text with the cursor behind it.
  package init(_ text: String = "") { replace(with: text) }

  /// The text.
  package var text: String { String(characters) }

  /// Puts another text in its place, the cursor behind it.
  package mutating func replace(with text: String) {
    characters = Array(text)
    cursor = characters.count
  }

  /// Puts the cursor behind the text.
  package mutating func moveToEnd() { cursor = characters.count }

  /// Does what a key asks for.
  ///
  /// - Returns: false for keys that are no matter of the text alone.
  package mutating func apply(_ key: Key) -> Bool {
    switch key {
    case .text(let text): insert(text)
    case .lineEnd: insert("\n")
    case .backspace: if cursor > 0 { remove(cursor - 1..<cursor) }
    case .delete, .deleteOrEnd: if cursor < characters.count { remove(cursor..<cursor + 1) }
    case .left: cursor = max(cursor - 1, 0)
    case .right: cursor = min(cursor + 1, characters.count)
    case .wordLeft: cursor = wordStart
    case .wordRight: cursor = wordStop
    case .lineStart: cursor = lineStart
    case .lineStop: cursor = lineStop
    case .up: return moveLine(up: lineStart)
    case .down: return moveLine(down: lineStop)
    case .killToStop:
      // At the end of a line the line end itself goes.
      kill(cursor..<(lineStop > cursor ? lineStop : min(cursor + 1, characters.count)))
    case .killToStart: kill(lineStart..<cursor)
    case .killWord: kill(wordStart..<cursor)
    case .putBack: insert(String(killed))
    case .enter, .complete, .clearScreen, .interrupt, .suspend: return false
    }
    return true
  }

  private mutating func insert(_ text: String) {
    // An accent or a part of an emoji that comes by itself joins the character before it.
    let head = String(characters[..<cursor]) + text
    let tail = characters[cursor...]
    let front = Array(head)
    characters = front + tail
    cursor = front.count
  }

  private mutating func remove(_ range: Range<Int>) {
    characters.removeSubrange(range)
    cursor = range.lowerBound
  }

  private mutating func kill(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    killed = Array(characters[range])
    remove(range)
  }

  private var lineStart: Int { (characters[..<cursor].lastIndex(of: "\n") ?? -1) + 1 }

  private var lineStop: Int { characters[cursor...].firstIndex(of: "\n") ?? characters.count }

  private var wordStart: Int {
    var place = cursor
    while place > 0, !EditedText.isWord(characters[place - 1]) { place -= 1 }
    while place > 0, EditedText.isWord(characters[place - 1]) { place -= 1 }
    return place
  }

  private var wordStop: Int {
    var place = cursor
    while place < characters.count, !EditedText.isWord(characters[place]) { place += 1 }
    while place < characters.count, EditedText.isWord(characters[place]) { place += 1 }
    return place
  }

  private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }

  private mutating func moveLine(up start: Int) -> Bool {
    guard start > 0 else { return false }
    let column = cursor - start
    let above = (characters[..<(start - 1)].lastIndex(of: "\n") ?? -1) + 1
    cursor = min(above + column, start - 1)
    return true
  }

  private mutating func moveLine(down stop: Int) -> Bool {
    guard stop < characters.count else { return false }
    let column = cursor - lineStart
    let below = characters[(stop + 1)...].firstIndex(of: "\n") ?? characters.count
    cursor = min(stop + 1 + column, below)
    return true
  }
}
