public import InkChat

/// A conversation for a chat model, made of a typed input.
///
/// ```swift
/// let prompt = try Prompt<Question>(
///   [.system("Answer in {language}."), .messages { $0.history }, .user("{question}")],
///   Binding("language") { $0.language }, Binding("question") { $0.text })
/// ```
///
/// Or by a function, where the input's own type is enough: `Prompt { (question: Question) in [.user(question.text)] }`.
public struct Prompt<Input: Sendable>: Step {
  private enum Part: Sendable {
    case message(Message.Role, PromptTemplate)
    case messages(@Sendable (Input) -> [Message])
    case examples(any ExampleSelector, query: @Sendable (Input) -> String)
  }
  private let parts: [Part]
  private let bindings: [Binding<Input>]

  /// A prompt of templates.
  ///
  /// - Throws: `invalidInput` for a template that cannot be read, for a hole or a binding without its partner, and for
  ///   a message of the role tool, which only answers calls.
  public init(_ parts: [ChatPromptPart<Input>], _ bindings: Binding<Input>...) throws(ChainError) {
    var read: [Part] = []
    var variables: [String] = []
    for part in parts {
      switch part {
      case .message(.tool, _):
        throw ChainError(
          .invalidInput, context: "chat prompt", expected: "a role system, user or assistant", found: "tool")
      case .message(let role, let text):
        let template = try PromptTemplate(text)
        variables += template.variables
        read.append(.message(role, template))
      case .messages(let messages): read.append(.messages(messages))
      case .examples(let selector, let query): read.append(.examples(selector, query: query))
      }
    }
    try PromptTemplate.check(bindings.map(\.name), against: variables)
    self.parts = read
    self.bindings = bindings
  }

  /// A prompt made by a function.
  public init(_ messages: @escaping @Sendable (Input) -> [Message]) {
    parts = [.messages(messages)]
    bindings = []
  }

  public func run(_ input: Input, in context: ChainContext) async throws(ChainError) -> [Message] {
    var messages: [Message] = []
    for part in parts {
      switch part {
      case .message(let role, let template):
        var values: [String: String] = [:]
        for binding in bindings where template.variables.contains(binding.name) {
          values[binding.name] = binding.value(input)
        }
        messages.append(Message(role: role, content: .text(try template.filled(values))))
      case .messages(let make): messages += make(input)
      case .examples(let selector, let query):
        for example in try await selector.examples(for: query(input)) {
          messages += [.user(example.input), .assistant(example.output)]
        }
      }
    }
    return messages
  }
}
