/// The arguments as the system holds them.
///
/// Swift replaces bytes that are no UTF-8 without a word: a file whose name was written in another encoding would not be
/// found, and nobody would know why.
package enum ArgumentBytes {
  /// Refuses arguments that are no UTF-8.
  ///
  /// - Parameters:
  ///   - arguments: what the program was given.
  ///   - bytes: the same with a zero behind each, as the system tells it; nil where it does not.
  package static func check(_ arguments: [String], bytes: () -> [UInt8]?) throws(CommandError) {
    guard arguments.contains(where: { $0.unicodeScalars.contains("\u{FFFD}") }), let bytes = bytes() else { return }
    for (place, argument) in bytes.split(separator: 0, omittingEmptySubsequences: false).enumerated() {
      guard String(validating: argument, as: UTF8.self) == nil else { continue }
      let shown = String(decoding: argument.prefix(60), as: UTF8.self)
      throw CommandError(
        .usage, context: "argument \(place)", expected: "text in UTF-8", found: "\"\(shown)\"",
        hint: "Set the terminal to UTF-8; rename files whose names are in another encoding, such as GBK.")
    }
  }
}
