/// Text of models and documents as a terminal may be given it: without control characters, which move the cursor, change
/// titles and colours, or answer the keyboard's place.
package enum HarmlessText {
  /// The text with each control character but tab and line feed replaced, and its carriage returns left out.
  package static func of(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where scalar != "\r" {
      result.append(isControl(scalar) ? "\u{FFFD}" : scalar)
    }
    return String(result)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F..<0xA0: true
    default: false
    }
  }
}

extension OutputStream {
  /// Writes text of a model or a document: byte for byte into a file or a pipe, harmless on a terminal.
  package func writeForeign(_ text: String) throws(CommandError) {
    try write(isTerminal ? HarmlessText.of(text) : text)
  }
}
