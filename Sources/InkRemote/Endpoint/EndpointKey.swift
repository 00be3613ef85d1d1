public import InkChat

/// A key that an endpoint wants to see. It never shows in descriptions, so that no log can tell it.
public struct EndpointKey: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
  let secret: String

  /// A key, without blanks around it.
  ///
  /// - Throws: `invalidOption` for a key that is empty or could not stand in a header field.
  public init(_ secret: String) throws(GenerationError) {
    let trimmed = secret.drop(while: \.isWhitespace)
    let end = trimmed.lastIndex { !$0.isWhitespace }.map(trimmed.index(after:)) ?? trimmed.startIndex
    let key = trimmed[..<end]
    guard !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw GenerationError(
        code: .invalidOption, context: "endpoint key", expected: "visible ASCII characters",
        found: key.isEmpty ? "nothing" : "others")
    }
    self.secret = String(key)
  }

  /// Says that there is a key, and no more.
  public var description: String { "(key)" }
  /// Says that there is a key, and no more.
  public var debugDescription: String { description }
  /// Shows no members.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
