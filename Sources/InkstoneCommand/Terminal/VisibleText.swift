/// Text of others as it may be shown on a terminal.
///
/// Names of files, documents and answers may hold control characters, which a terminal obeys: they move the cursor,
/// change its title, hide what stands before them. They are shown as signs instead (`␛` for escape). Programs that want
/// the bytes read `--json`, which escapes them.
package enum VisibleText {
  /// The text with signs for its control characters; tabs and line breaks stay, the latter as line feeds.
  package static func of(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var shown = String.UnicodeScalarView()
    shown.reserveCapacity(text.unicodeScalars.count)
    for character in text {
      // As one character, so that a carriage return of its own stays visible: it hides the beginning of its line.
      if character == "\r\n" {
        shown.append("\n")
      } else {
        for scalar in character.unicodeScalars { shown.append(isControl(scalar) ? sign(of: scalar) : scalar) }
      }
    }
    return String(shown)
  }

  /// The text as a part of one line, with signs for line breaks and tabs too.
  package static func line(_ text: String) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      shown.append(isControl(scalar) || scalar == "\n" || scalar == "\t" ? sign(of: scalar) : scalar)
    }
    return String(shown)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F...0x9F: true
    default: false
    }
  }

  /// The picture that Unicode has for a control character; those above ASCII have none.
  private static func sign(of scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
    case 0x7F: "\u{2421}"
    default: "\u{FFFD}"
    }
  }
}

extension OutputStream {
  /// Writes text of others: byte for byte into a file or a pipe, with signs for control characters on a terminal.
  package func writeForeign(_ text: String) throws(CommandError) {
    try write(isTerminal ? VisibleText.of(text) : text)
  }
}
