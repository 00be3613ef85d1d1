/// A text as rows of a terminal, and where its cursor stands.
package struct LineLayout: Sendable, Equatable {
  /// The rows, none wider than the terminal.
  package private(set) var rows: [String] = []
  /// The row of the cursor, from 0.
  package private(set) var cursorRow = 0
  /// The column of the cursor, from 0.
  package private(set) var cursorColumn = 0

  /// Breaks a text into rows.
  ///
  /// - Parameters:
  ///   - prompt: what stands before the first line; `indent` before the others. Both are left out where a terminal is too
  ///     narrow for them and a wide character.
  ///   - columns: the width of the terminal.
  package init(_ text: EditedText, prompt: String, indent: String, columns: Int) {
    let columns = max(columns, 2)
    let first = DisplayWidth.columns(prompt) + 2 <= columns ? prompt : ""
    let other = DisplayWidth.columns(indent) + 2 <= columns ? indent : ""
    var row = first
    var used = DisplayWidth.columns(first)
    for (place, character) in text.characters.enumerated() {
      let width = DisplayWidth.columns(character)
      if character != "\n", used + width > columns {
        rows.append(row)
        (row, used) = ("", 0)
      }
      if place == text.cursor { (cursorRow, cursorColumn) = (rows.count, used) }
      if character == "\n" {
        rows.append(row)
        (row, used) = (other, DisplayWidth.columns(other))
      } else {
        row.append(character)
        used += width
      }
    }
    // Behind a full row the cursor stands on the next one, as what is typed next will.
    if text.cursor == text.characters.count, used >= columns {
      rows.append(row)
      (row, used) = ("", 0)
    }
    if text.cursor == text.characters.count { (cursorRow, cursorColumn) = (rows.count, used) }
    rows.append(row)
    if cursorColumn >= columns { cursorColumn = columns - 1 }
  }

  /// The rows around the cursor that a terminal of that height shows.
  package func window(height: Int) -> (rows: ArraySlice<String>, cursorRow: Int) {
    let height = max(height, 1)
    guard rows.count > height else { return (rows[...], cursorRow) }
    let top = min(max(cursorRow - height + 1, 0), rows.count - height)
    return (rows[top..<(top + height)], cursorRow - top)
  }
}
