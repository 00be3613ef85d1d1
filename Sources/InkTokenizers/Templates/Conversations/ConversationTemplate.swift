/// How the conversations of a model become prompts: its chat templates by name, and what ends an answer.
///
/// Most models have one template. Some give several: one for tools, one for documents.
///
/// ```swift
/// let format = try ConversationFormat.named("vicuna_v1.1")
/// let template = try ConversationTemplate(format)
/// let request = TemplateRequest(messages: [["role": "user", "content": "Hello"]], ending: .assistantTurn)
/// let prompt = try template.render(request, now: CivilTime(year: 2026, month: 1, day: 2)).text
/// ```
public struct ConversationTemplate: Sendable {
  /// A template with its name: `default`, `tool_use`, `rag` or a name of the model's own.
  public struct Variant: Sendable {
    /// The name.
    public let name: String
    /// The template.
    public let template: ChatTemplate

    /// A named template.
    public init(name: String, template: ChatTemplate) {
      self.name = name
      self.template = template
    }
  }

  /// The templates.
  public let variants: [Variant]
  /// Texts that end an answer and are not part of it.
  public let stopStrings: [String]
  /// Tokens, by their text, that end an answer.
  public let stopTokens: [String]
  /// Whether the tokenizer puts its own begin and end tokens around the prompt.
  public let specialTokens: SpecialTokenInsertion

  /// The templates of a model's files, which write special tokens themselves and leave stopping to the end token.
  public init(variants: [Variant]) {
    self.variants = variants
    stopStrings = []
    stopTokens = []
    specialTokens = .omit
  }

  /// A format of the table for models that ship no template.
  ///
  /// - Throws: `TemplateError` when a format that was made elsewhere does not give a template.
  public init(_ format: ConversationFormat) throws(TemplateError) {
    variants = [Variant(name: format.name, template: try ChatTemplate(source: format.templateSource))]
    stopStrings = format.stopStrings
    stopTokens = format.stopTokens
    specialTokens =
      switch format.beginning {
      case .byTokenizer: .add
      case .written: .omit
      }
  }

  /// The template for a request: `tool_use` when there are tools, `rag` when there are documents, else `default`; the
  /// only template serves everything.
  ///
  /// - Throws: `unknownName` when there are several and none of these.
  public func template(for request: TemplateRequest) throws(TemplateError) -> ChatTemplate {
    var names: [String] = []
    if request.tools.isTrue { names.append("tool_use") }
    if request.documents.isTrue { names.append("rag") }
    names.append("default")
    for name in names {
      if let found = variants.first(where: { $0.name == name }) { return found.template }
    }
    guard variants.count == 1, let only = variants.first else {
      throw TemplateError(
        .unknownName, "Which chat template to use is not said", expected: "one called default",
        found: variants.isEmpty ? "none" : variants.map(\.name).joined(separator: ", "), hint: "Choose one by its name")
    }
    return only.template
  }

  /// Renders a conversation with the template that fits it.
  ///
  /// - Throws: what ``template(for:)`` and ``ChatTemplate/render(_:now:limits:)`` throw.
  public func render(
    _ request: TemplateRequest, now: CivilTime, limits: TemplateLimits = TemplateLimits()
  ) throws(TemplateError) -> RenderedTemplate {
    try template(for: request).render(request, now: now, limits: limits)
  }
}
