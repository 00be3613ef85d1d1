import InkData
import InkTokenizers
import Testing

@Suite struct ChatEncoderTests {
  private static let origin = RecordOrigin(path: "test", line: 1)
  private static let now = CivilTime(year: 2026, month: 1, day: 2)

  private static let plain = """
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    {% endif %}
    """
  private static let marking = """
    {% for m in messages %}<|im_start|>{{ m.role }}
    {% if m.role == 'assistant' %}{% generation %}{{ m.content }}<|im_end|>{% endgeneration %}{% else %}{{ m.content }}<|im_end|>{% endif %}

    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    {% endif %}
    """
  /// Marks what is said but not the token that ends it.
  private static let markingWithoutEnd = marking.replacing(
    "<|im_end|>{% endgeneration %}", with: "{% endgeneration %}<|im_end|>")
  /// Opens a thought for answers, and leaves thoughts out of older turns.
  private static let thinking = """
    {% for m in messages %}<|im_start|>{{ m.role }}
    {% if m.role == 'assistant' and loop.last %}<think>t</think>{% endif %}{{ m.content }}<|im_end|>
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    <think>{% endif %}
    """

  private let conversation = Conversation(messages: [
    ConversationMessage(.system, "S"), ConversationMessage(.user, "Hi"), ConversationMessage(.assistant, "Yes 好"),
    ConversationMessage(.user, "Go"), ConversationMessage(.assistant, "No"),
  ])

  private func encode(
    _ source: String, _ conversation: Conversation, mask: LossMask = .assistantTurns,
    offsets: ByteTokenizer.Offsets = .whole, unprintedTools: UnprintedTools = .refuse
  ) throws -> (text: String, learned: String, tokens: WeightedTokens) {
    let tokenizer = try ByteTokenizer.make(offsets: offsets)
    let template = ConversationTemplate(
      variants: [.init(name: "default", template: try ChatTemplate(source: source))])
    let encoder = ChatEncoder(
      tokenizer: tokenizer, template: template, mask: mask, now: Self.now, unprintedTools: unprintedTools)
    let tokens = try encoder.tokens(of: conversation, origin: Self.origin)
    return (
      try tokenizer.decode(tokens.tokens, specialTokens: .keep), try tokenizer.marked(tokens.tokens, tokens.weights),
      tokens
    )
  }

  @Test(
    "The assistant's turns are learned with their ending token, whether the template marks them or not",
    arguments: [plain, marking, markingWithoutEnd])
  func assistantTurns(source: String) throws {
    let found = try encode(source, conversation)
    #expect(
      found.text
        == "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nYes 好<|im_end|>\n"
        + "<|im_start|>user\nGo<|im_end|>\n<|im_start|>assistant\nNo<|im_end|>\n")
    #expect(found.learned == "Yes 好<|im_end|>|No<|im_end|>")
  }

  @Test("The last turn only, and everything", arguments: [plain, marking, markingWithoutEnd])
  func otherMasks(source: String) throws {
    #expect(try encode(source, conversation, mask: .lastTurn).learned == "No<|im_end|>")
    let all = try encode(source, conversation, mask: .everything)
    #expect(all.learned == all.text)
  }

  @Test("Messages count by their weight", arguments: [plain, marking, markingWithoutEnd])
  func weights(source: String) throws {
    var weighted = conversation
    weighted.messages[2].weight = 0
    weighted.messages[4].weight = 0.5
    let found = try encode(source, weighted)
    #expect(found.learned == "No<|im_end|>")
    #expect(Set(found.tokens.weights) == [0, 0.5])
  }

  @Test("A template that prints older turns in another way is followed to the token that ends each turn")
  func changedTurns() throws {
    // The last answer goes on behind the thought that its prompt opens; older ones begin behind their header.
    let found = try encode(Self.thinking, conversation)
    #expect(found.learned == "Yes 好<|im_end|>|t</think>No<|im_end|>")
    #expect(try encode(Self.thinking, conversation, mask: .lastTurn).learned.hasSuffix("No<|im_end|>"))
  }

  @Test(
    "White space at the ends of an answer is learned, whatever offsets a tokenizer gives it",
    arguments: [ByteTokenizer.Offsets.whole, .trimmed], [plain, marking, markingWithoutEnd])
  func whiteSpace(offsets: ByteTokenizer.Offsets, source: String) throws {
    let spaced = Conversation(messages: [
      ConversationMessage(.user, " a "), ConversationMessage(.assistant, "\n b  c \n"), ConversationMessage(.user, " "),
    ])
    #expect(try encode(source, spaced, offsets: offsets).learned == "\n b  c \n<|im_end|>")
  }

  @Test("A conversation in which the assistant says nothing has no learned token")
  func noAssistant() throws {
    let silent = Conversation(messages: [ConversationMessage(.user, "Hi")])
    #expect(try encode(Self.plain, silent).tokens.weights.allSatisfy { $0 == 0 })
  }

  @Test("Several blocks in one message belong to that message when messages differ in weight")
  func severalBlocks() throws {
    let source = """
      {% for m in messages %}<|im_start|>{{ m.role }}
      {% if m.role == 'assistant' %}{% generation %}{{ m.content }}{% endgeneration %} and {% generation %}more{% endgeneration %}<|im_end|>{% else %}{{ m.content }}{% endif %}
      {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
      {% endif %}
      """
    #expect(try encode(source, conversation, mask: .lastTurn).learned == "No|more<|im_end|>")
  }

  private static let printingTools =
    "{% for t in tools or [] %}{{ t.name }};{% endfor %}{% for m in messages %}{{ m.role }}:{{ m.content }}"
    + "{% for c in m.tool_calls or [] %}<{{ c.name }}>{% endfor %}<|im_end|>{% endfor %}"
    + "{% if add_generation_prompt %}assistant:{% endif %}"

  @Test("Tools that a template does not print are refused with the record's place, unless they are to be left out")
  func unprintedTools() throws {
    var tooled = conversation
    tooled.tools = .list([["name": "clock"]])
    let error = dataError { _ = try encode(Self.plain, tooled) }
    #expect(error?.code == .unsupported)
    #expect(error?.context == "test:1, tools")
    #expect(error?.hint.contains("chat.template") == true && error?.hint.contains("unprinted_tools") == true)
    #expect(try encode(Self.plain, tooled, unprintedTools: .drop).text == encode(Self.plain, conversation).text)
    #expect(try encode(Self.printingTools, tooled).text.hasPrefix("clock;"))
    // No tools are none, however they are written.
    for nothing in [TemplateValue.list([]), .none, .string("")] {
      tooled.tools = nothing
      #expect(try encode(Self.plain, tooled).text == encode(Self.plain, conversation).text)
    }
  }

  @Test("Calls of tools that a template does not print are refused with the record's place and the message")
  func unprintedCalls() throws {
    var calling = conversation
    calling.messages[2].value = [
      "role": "assistant", "content": "Yes", "tool_calls": .list([["name": "clock"]]),
    ]
    let error = dataError { _ = try encode(Self.plain, calling) }
    #expect(error?.code == .unsupported)
    #expect(error?.context == "test:1, message 2: tool_calls")
    #expect(try encode(Self.plain, calling, unprintedTools: .drop).learned.hasPrefix("Yes"))
    #expect(try encode(Self.printingTools, calling).text.contains("Yes<clock>"))
  }

  @Test("A template that refuses a conversation gives an error with the record's place")
  func refused() throws {
    let error = dataError { _ = try encode("{{ raise_exception('roles must alternate') }}", conversation) }
    #expect(error?.code == .invalidRecord)
    #expect(error?.context == "test:1")
    #expect(error?.found.contains("roles must alternate") == true)
  }
}
