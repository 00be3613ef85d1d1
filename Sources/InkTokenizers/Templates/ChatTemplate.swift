/// A model's chat template: a Jinja2 text that turns a conversation into the prompt the model was trained on.
///
/// The language is that of transformers' template environment: `trim_blocks` and `lstrip_blocks` on, `break` and
/// `continue`, `tojson` without HTML escaping, `raise_exception`, `strftime_now` and `{% generation %}` blocks. As in
/// Jinja's immutable sandbox a template cannot change the values it is given, and it runs under `TemplateLimits`.
///
/// A template is parsed once and can be rendered often and from several tasks at a time.
///
///     let template = try ChatTemplate(source: "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}")
///     let messages: TemplateValue = [["role": "user", "content": "Hello"]]
///     let request = TemplateRequest(messages: messages)
///     let prompt = try template.render(request, now: CivilTime(year: 2026, month: 1, day: 2)).text
public struct ChatTemplate: Sendable {
  /// The template's text as given.
  public let source: String
  private let bytes: [UInt8]
  private let statements: [TemplateStatement]

  /// Parses a template.
  /// - Throws: `TemplateError` with line and column for text that is not a template of the supported language.
  public init(source: String) throws(TemplateError) {
    self.source = source
    bytes = TemplateLexer.normalized(source)
    statements = try TemplateParser.parse(bytes)
  }

  /// Renders with any variables.
  /// - Parameters:
  ///   - context: The variables by name. Keys that are not strings are not visible.
  ///   - now: What `strftime_now` prints.
  ///   - limits: The work and memory the template may use.
  /// - Throws: `TemplateError`; `.raised` carries the message of the template's `raise_exception`.
  public func render(
    _ context: TemplateMap, now: CivilTime, limits: TemplateLimits = TemplateLimits()
  ) throws(TemplateError) -> RenderedTemplate {
    let renderer = try TemplateRenderer(source: bytes, context: context, now: now, limits: limits)
    _ = try renderer.execute(statements)
    return RenderedTemplate(
      text: String(decoding: renderer.output, as: UTF8.self), assistantRanges: renderer.assistantRanges)
  }

  /// Renders a conversation.
  /// - Parameters:
  ///   - request: The messages, tools and variables, and how the text ends.
  ///   - now: What `strftime_now` prints.
  ///   - limits: The work and memory the template may use.
  /// - Throws: `TemplateError`; `.raised` carries the message of the template's `raise_exception`.
  public func render(
    _ request: TemplateRequest, now: CivilTime, limits: TemplateLimits = TemplateLimits()
  ) throws(TemplateError) -> RenderedTemplate {
    switch request.ending {
    case .complete, .assistantTurn: try render(request.context, now: now, limits: limits)
    case .openLastMessage: try renderOpen(request, now: now, limits: limits)
    }
  }
}

/// What a template printed.
public struct RenderedTemplate: Sendable, Equatable {
  /// The prompt.
  public let text: String
  /// The parts printed inside `{% generation %}` blocks, in Unicode code points of `text`, in the order of the blocks:
  /// what the assistant said and a model is trained on. Empty when the template marks none.
  public let assistantRanges: [Range<Int>]
}
