import InkChat
import InkTokenizers

/// What a chat template wants conversations with tools to look like, where templates differ.
///
/// Found in the template's text and by what it prints for a small conversation; never by a model's name.
struct TemplateHabits: Sendable, Hashable {
  /// What the arguments of a call are.
  enum Arguments: Sendable, Hashable {
    /// An object, which the template writes in its own way.
    case object
    /// JSON text, which the template copies.
    case text
  }

  /// What the content of an assistant's message without text is.
  enum MissingText: Sendable, Hashable {
    case empty
    /// `none`: the template asks for it, to know a message that is calls and nothing else.
    case none
  }

  /// What identifiers of calls look like.
  enum Identifiers: Sendable, Hashable {
    case asGiven
    /// Nine letters and digits; the template refuses others, or shortens them.
    case nineCharacters
  }

  /// How calls and answers of tools are told.
  enum Calls: Sendable, Hashable {
    /// As in OpenAI's API: `tool_calls`, and messages of the role `tool`.
    case members
    /// Each call is a message with the tool's name in `metadata`, and its answer has the role `observation`: GLM-4.
    case metadata
  }

  /// Where the tools are told.
  enum Tools: Sendable, Hashable {
    case variable
    /// In a system message's member `tools`: the first GLM-4.
    case message
  }

  var arguments = Arguments.object
  var missingText = MissingText.empty
  var identifiers = Identifiers.asGiven
  var calls = Calls.members
  var tools = Tools.variable

  /// The habits of most templates.
  init() {}

  /// The habits of a template.
  init(_ template: ChatTemplate) {
    let source = Array(template.source.utf8)
    if Self.noneTests.contains(where: { source.contains($0) }) { missingText = .none }
    if source.contains("[TOOL_CALLS]") { identifiers = .nineCharacters }
    if source.contains("metadata"), !source.contains("tool_calls") { calls = .metadata }
    if source.contains("['tools']") { tools = .message }
    // What the text says is tried first; a template that refuses it gets the usual.
    for missingText in missingText == .none ? [MissingText.none, .empty] : [.empty] {
      for arguments in [Arguments.object, .text] {
        var habits = self
        habits.missingText = missingText
        habits.arguments = arguments
        if habits.suit(template) {
          self = habits
          return
        }
      }
    }
  }

  /// Whether a template has a place for tools or for calls of them.
  static func readsTools(_ template: ChatTemplate) -> Bool {
    let source = Array(template.source.utf8)
    return source.contains("tools") || source.contains("tool_calls")
  }

  /// How templates ask whether a message has no content.
  private static let noneTests = [
    "content'] is none", "content'] is not none", "content\"] is none", "content\"] is not none", ".content is none",
    ".content is not none",
  ]

  /// Whether a template prints a small conversation told in this way. Templates that copy the arguments fail on an
  /// object, or print it as Python would.
  private func suit(_ template: ChatTemplate) -> Bool {
    let call = ToolCall(identifier: "call00000", name: "probe", arguments: ["probe": true])
    let messages = [
      Message.user("probe"), Message.assistant("", toolCalls: [call]), Message.tool("1", answering: call),
    ]
    let request = TemplateRequest(messages: TemplateValue(messages, tools: [], habits: self))
    guard let text = try? template.render(request, now: CivilTime(year: 2026, month: 1, day: 1)).text else {
      return false
    }
    return !Array(text.utf8).contains("'probe': True")
  }
}
