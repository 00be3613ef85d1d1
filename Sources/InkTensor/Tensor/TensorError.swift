/// What went wrong with memory, files, shapes or other processes that come from outside.
///
/// A shape that only a mistake in the program can produce does not throw: it ends in `trap(_:_:)`.
public struct TensorError: Error, Sendable, CustomStringConvertible {
  /// The kinds of failure.
  public enum Code: String, Sendable {
    case cannotOpen, diskFull, cannotMap, outOfRange, shapeMismatch, unsupported, outOfMemory, communication
  }

  /// The kind of failure.
  public let code: Code
  /// The place: a file, a tensor, an operation.
  public let context: String
  /// What would have been right.
  public let expected: String
  /// What was there.
  public let found: String
  /// What to do about it.
  public let hint: String

  /// Makes an error; `expected`, `found` and `hint` may be left out where the code says it all.
  public init(_ code: Code, context: String, expected: String = "", found: String = "", hint: String = "") {
    self.code = code
    self.context = context
    self.expected = expected
    self.found = found
    self.hint = hint
  }

  public var description: String {
    var text = "\(context): \(code.rawValue)"
    if !expected.isEmpty { text += ", expected \(expected)" }
    if !found.isEmpty { text += ", found \(found)" }
    if !hint.isEmpty { text += ". \(hint)" }
    return text
  }
}

/// The one place where a programmer's error ends the program: shapes that do not fit an operation.
///
/// Never reached by data from outside, which is checked where it is read.
@inline(never)
package func trap(_ operation: StaticString, _ detail: @autoclosure () -> String) -> Never {
  // `preconditionFailure` would lose the message in release builds.
  Swift.fatalError("\(operation): \(detail())")
}
