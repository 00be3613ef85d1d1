#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Whether text may be coloured, and the few colours used.
package struct TerminalStyle: Sendable, Equatable {
  /// How text is decorated.
  package enum Decoration: Sendable, Equatable {
    /// Not at all.
    case plain
    /// With the escape sequences that every terminal knows.
    case escapes
  }

  /// How text is decorated.
  package let decoration: Decoration

  /// A style.
  package init(_ decoration: Decoration) { self.decoration = decoration }

  /// The style of a stream in this process.
  package init(for stream: OutputStream) {
    self.init(Self.decoration(environment: ProcessInfo.processInfo.environment, isTerminal: stream.isTerminal))
  }

  /// The convention of no-color.org, of `TERM=dumb`, and of `FORCE_COLOR` and `CLICOLOR_FORCE` for pipes.
  package static func decoration(environment: [String: String], isTerminal: Bool) -> Decoration {
    func isSet(_ name: String) -> Bool { environment[name].map { !$0.isEmpty && $0 != "0" } ?? false }
    if environment["NO_COLOR"].map({ !$0.isEmpty }) ?? false { return .plain }
    if isSet("FORCE_COLOR") || isSet("CLICOLOR_FORCE") { return .escapes }
    return isTerminal && environment["TERM"] != "dumb" ? .escapes : .plain
  }

  /// Text that may be overlooked.
  package func faint(_ text: String) -> String { wrap(text, "2") }
  /// Text that stands out.
  package func strong(_ text: String) -> String { wrap(text, "1") }
  /// The head of an error.
  package func alarming(_ text: String) -> String { wrap(text, "1;31") }
  /// The head of something that is well.
  package func reassuring(_ text: String) -> String { wrap(text, "32") }

  private func wrap(_ text: String, _ code: String) -> String {
    decoration == .escapes ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

extension TerminalStyle {
  /// Whether a line can be drawn anew on a stream: a terminal that is not dumb, with or without colours.
  package static func drawsLines(on stream: OutputStream) -> Bool {
    stream.isTerminal && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }
}
