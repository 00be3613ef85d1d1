/// A prompt for a text model, made of a template and a typed input.
///
/// ```swift
/// let prompt = try FillText<Question>("Q: {question}\nA:", Binding("question") { $0.text })
/// ```
///
/// That every hole has a binding and every binding a hole is checked when the prompt is made, not when it is used.
public struct FillText<Input: Sendable>: Step {
  private let template: PromptTemplate
  private let bindings: [Binding<Input>]

  /// A prompt.
  ///
  /// - Throws: `invalidInput` for a template that cannot be read, and for a hole or binding without its partner.
  public init(_ template: String, _ bindings: Binding<Input>...) throws(ChainError) {
    self.template = try PromptTemplate(template)
    try self.template.check(bindings.map(\.name))
    self.bindings = bindings
  }

  public func run(_ input: Input, in context: ChainContext) async throws(ChainError) -> String {
    try template.filled(
      Dictionary(bindings.map { ($0.name, $0.value(input)) }, uniquingKeysWith: { first, _ in first }))
  }
}
