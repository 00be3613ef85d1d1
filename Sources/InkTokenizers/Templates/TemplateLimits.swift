/// How much work and memory one rendering may take. Templates come from model files, so they are not trusted.
public struct TemplateLimits: Sendable, Equatable {
  /// Evaluated nodes, plus one for every 64 bytes of text and every list element that is made.
  public var steps: Int
  /// Macros, recursive loops and call blocks inside one another.
  public var callDepth: Int
  /// Bytes of any one text, the output included.
  public var textBytes: Int
  /// Lists and maps inside one another.
  public var valueDepth: Int

  /// Limits that no honest template of a chat meets.
  public init(steps: Int = 4_000_000, callDepth: Int = 64, textBytes: Int = 32 << 20, valueDepth: Int = 160) {
    self.steps = steps
    self.callDepth = callDepth
    self.textBytes = textBytes
    self.valueDepth = valueDepth
  }

  /// Elements of one `range`, as in Jinja's sandbox.
  static let rangeLength = 100_000
  /// Blocks and brackets inside one another in a template's text.
  static let syntaxDepth = 100
}
