/// What went wrong in the command itself: its arguments, its input and output.
package struct CommandError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kinds of failure.
  package enum Code: String, Sendable, CaseIterable {
    /// Arguments that contradict each other or cannot be used.
    case usage
    /// A file that is not there or cannot be read.
    case cannotRead
    /// Output that could not be written.
    case cannotWrite
    /// No room to write output.
    case diskFull
    /// Something that was asked for by name does not exist.
    case notFound
    /// Data that cannot be used.
    case invalidData
    /// A check of the model failed.
    case checkFailed
    /// Ctrl-C.
    case interrupted
    /// A request to end.
    case terminated
  }

  /// The kind of failure.
  package let code: Code
  /// The place: an argument, a file.
  package let context: String
  /// What would have been right.
  package let expected: String
  /// What was there.
  package let found: String
  /// What to do about it.
  package let hint: String

  /// An error; parts that say nothing may be left out.
  package init(_ code: Code, context: String, expected: String = "", found: String = "", hint: String = "") {
    self.code = code
    self.context = context
    self.expected = expected
    self.found = found
    self.hint = hint
  }

  package var description: String {
    var text = context
    switch (expected.isEmpty, found.isEmpty) {
    case (false, false): text += ": expected \(expected), found \(found)"
    case (false, true): text += ": expected \(expected)"
    case (true, false): text += ": \(found)"
    case (true, true): break
    }
    if !text.hasSuffix(".") { text += "." }
    if !hint.isEmpty { text += " " + hint + (hint.hasSuffix(".") ? "" : ".") }
    return text
  }
}

/// A failure whose description is on its way to the reader already; only the exit status is left to give.
package struct CommandFailureReported: Error, Sendable {
  /// The status to end with.
  package let status: ExitStatus
}
