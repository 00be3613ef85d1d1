import InkChat
import InkFormats
import InkInference
import InkModels
import InkTensor
import Testing

@Suite("Conversations with tools")
struct ToolConversationTests {
  static let tool = ToolDefinition(
    name: "get_weather", description: "Weather",
    parameters: ["type": "object", "properties": ["city": ["type": "string"], "days": ["type": "integer"]]])
  static let call = ToolCall(identifier: "call_1", name: "get_weather", arguments: ["city": "北京", "days": 2])
  static let messages: [Message] = [
    .user("Rain?"), .assistant("", toolCalls: [call, ToolCall(identifier: "call_2", name: "now", arguments: [:])]),
    .tool("21 °C", answering: call),
  ]

  /// The ways in which published templates write the calls of an assistant and the answers of tools, each reduced to
  /// these.
  static let templates: [(ToolCallFormat, source: String, expected: String)] = [
    (
      .hermes,
      #"""
      {%- for m in messages %}{%- if m.tool_calls %}{%- for c in m.tool_calls %}
      {{- '<tool_call>\n{"name": "' + c.function.name + '", "arguments": ' + (c.function.arguments | tojson) + '}\n</tool_call>\n' }}
      {%- endfor %}{%- elif m.role == 'tool' %}{{- '<tool_response>\n' + m.content + '\n</tool_response>' }}
      {%- else %}{{- m.content + '\n' }}{%- endif %}{%- endfor %}
      """#,
      "Rain?\n<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"北京\", \"days\": 2}}\n</tool_call>\n"
        + "<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>\n<tool_response>\n21 °C\n</tool_response>"
    ),
    (
      .deepSeek,
      #"""
      {%- for m in messages %}{%- if m['role'] == 'assistant' and m['tool_calls'] %}{%- for c in m['tool_calls'] %}
      {{- '<｜tool▁call▁begin｜>' + c['function']['name'] + '<｜tool▁sep｜>' + c['function']['arguments'] + '<｜tool▁call▁end｜>' }}
      {%- endfor %}{%- endif %}{%- if m['content'] is not none %}{{- '[' + m['role'] + ']' + m['content'] }}{%- endif %}
      {%- endfor %}
      """#,
      "[user]Rain?<｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{\"city\": \"北京\", \"days\": 2}<｜tool▁call▁end｜>"
        + "<｜tool▁call▁begin｜>now<｜tool▁sep｜>{}<｜tool▁call▁end｜>[tool]21 °C"
    ),
    (
      .mistralNamed,
      #"""
      {%- for m in messages %}{%- if m.tool_calls is defined %}{%- for c in m.tool_calls %}{%- if c.id | length != 9 %}
      {{- raise_exception('nine characters') }}{%- endif %}
      {{- '[TOOL_CALLS]' + c.function.name + '[CALL_ID]' + c.id + '[ARGS]' + (c.function.arguments | tojson) }}{%- endfor %}
      {%- elif m.role == 'tool' %}{%- if m.tool_call_id != messages[1].tool_calls[0].id %}
      {{- raise_exception('the identifiers differ') }}{%- endif %}{{- '[TOOL_RESULTS]' + m.content }}
      {%- else %}{{- m.content }}{%- endif %}{%- endfor %}
      """#,
      ""
    ),
    (
      .glmTags,
      #"""
      {%- for m in messages %}{{- m.content if m.content else '' }}{%- for c in m.tool_calls or [] %}
      {{- '<tool_call>' + c.function.name }}{%- for k, v in c.function.arguments.items() %}
      {{- '<arg_key>' + k + '</arg_key><arg_value>' }}{{- v if v is string else v | tojson }}{{- '</arg_value>' }}
      {%- endfor %}{{- '</tool_call>' }}{%- endfor %}{%- endfor %}
      """#,
      "Rain?<tool_call>get_weather<arg_key>city</arg_key><arg_value>北京</arg_value><arg_key>days</arg_key>"
        + "<arg_value>2</arg_value></tool_call><tool_call>now</tool_call>21 °C"
    ),
    (
      .glmLines,
      #"""
      {%- for m in messages %}{%- if m['tools'] is defined %}{{- '[' + m['tools'][0].function.name + ']' }}
      {%- elif m.role == 'assistant' %}{{- '<|assistant|>' + (m.metadata or '') + '\n' + m.content }}
      {%- else %}{{- '<|' + m.role + '|>' + m.content }}{%- endif %}{%- endfor %}
      """#,
      "[get_weather]<|user|>Rain?<|assistant|>get_weather\n{\"city\": \"北京\", \"days\": 2}<|assistant|>now\n{}"
        + "<|observation|>21 °C"
    ),
    (
      .llama,
      #"""
      {%- for m in messages %}{%- if m.tool_calls %}{%- set c = m.tool_calls[0].function %}
      {{- '<|start_header_id|>assistant{"name": "' + c.name + '", ' }}{{- '"parameters": ' }}{{- c.arguments | tojson }}
      {{- '}' }}{%- else %}{{- m.content }}{%- endif %}{%- endfor %}
      """#,
      "Rain?<|start_header_id|>assistant{\"name\": \"get_weather\", \"parameters\": {\"city\": \"北京\", \"days\": 2}}21 °C"
    ),
  ]

  private func render(
    _ source: String, _ messages: [Message] = Self.messages, tools: [ToolDefinition] = [Self.tool]
  ) throws -> String {
    try model(source).renderedPrompt(for: messages, options: GenerationOptions(tools: tools))
  }

  private func model(_ source: String) throws -> LanguageModel {
    let folder = try TemporaryFolder()
    return try LanguageModel.load(
      gguf: SmallModel(layers: 1, template: source).write(to: folder.file("small.gguf")), name: "small",
      cpu: CPU(threads: 1))
  }

  @Test("a call and the tool's answer are told as the template expects them", arguments: templates.indices)
  func roundTrip(index: Int) throws {
    let (format, source, expected) = Self.templates[index]
    let text = try render(source)
    #expect(ToolCallFormat(templateSource: source) == format)
    if format == .mistralNamed {
      #expect(text.hasPrefix("Rain?[TOOL_CALLS]get_weather[CALL_ID]"))
      #expect(text.hasSuffix("[ARGS]{}[TOOL_RESULTS]21 °C"))
    } else {
      #expect(text == expected)
    }
  }

  @Test("what a template writes of a call is read back as that call", arguments: templates.indices)
  func readBack(index: Int) throws {
    let (format, source, _) = Self.templates[index]
    let prompt = try render(source, [.user("")] + Self.messages.dropFirst().prefix(1), tools: [Self.tool])
    let answer = prompt.split(separator: "<|start_header_id|>assistant").joined()
      .replacing("[get_weather]<|user|><|assistant|>", with: "").replacing("[user]", with: "")
    let sample = AnswerSample([answer], layout: AnswerLayout(toolCalls: format, reasoning: nil))
    #expect(sample.names.first == "get_weather")
    #expect(sample.arguments.first == Self.call.arguments)
    #expect(sample.text.isEmpty)
  }

  @Test("identifiers of nine letters and digits stay, longer ones keep their end, shorter ones stay apart")
  func identifiers() throws {
    let source =
      "{%- for m in messages %}{%- for c in m.tool_calls or [] %}{{- '[TOOL_CALLS]' + c.id }}{%- endfor %}{%- endfor %}"
    func written(_ identifiers: [String]) throws -> [Substring] {
      let calls = identifiers.map { ToolCall(identifier: $0, name: "now", arguments: [:]) }
      return try render(source, [.user("x"), .assistant("", toolCalls: calls)]).split(separator: "[TOOL_CALLS]")
    }
    #expect(try written(["abcDEF123", "call_0123456789abcdef"]) == ["abcDEF123", "789abcdef"])
    let short = try written(["call_1", "call_2", "", "调用"])
    #expect(Set(short).count == 4)
    #expect(short.allSatisfy { $0.count == 9 && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } })
    #expect(try written(["call_1"]) == [short[0]])
  }

  @Test("a template that asks whether there is text and yet refuses none gets empty text")
  func missingText() throws {
    let source =
      "{%- for m in messages %}{%- if m['content'] is none or m['content'] | length > 0 %}{{- m['content'] | length }}"
      + "{%- endif %}{{- '<tool_call>' if m.tool_calls else '' }}{%- endfor %}"
    #expect(try render(source) == "5<tool_call>5")
  }

  @Test("arguments that are no JSON are copied as they were written")
  func brokenArguments() throws {
    let source =
      "{%- for m in messages %}{%- for c in m.tool_calls or [] %}{{- 'x' + c.function.arguments }}{%- endfor %}{%- endfor %}"
    let call = ToolCall(identifier: "a", name: "now", arguments: .string("{\"city\": \"Os"))
    #expect(try render(source, [.user("x"), .assistant("", toolCalls: [call])]) == "x{\"city\": \"Os")
  }

  @Test("a template that knows no tools gets them, calls and results in its text, and calls are read from the answer")
  func writtenTools() throws {
    let source = "{%- for m in messages %}{{- '[' + m.role + ']' + m.content }}{%- endfor %}"
    let text = try render(source)
    #expect(text.hasPrefix("[system]"))
    #expect(text.contains("{\"name\": \"get_weather\", \"description\": \"Weather\""))
    #expect(
      text.contains(
        "[assistant]<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"北京\", \"days\": 2}}\n</tool_call>"
      ))
    #expect(text.hasSuffix("[user]<tool_response>\n21 °C\n</tool_response>"))
    #expect(try layout(source).toolCalls == .hermes)
  }

  @Test("a template that reads tools and writes calls in an unknown way is left to it")
  func unknownNotation() throws {
    let source = "{%- for t in tools %}{{- '[' + t.function.name + ']' }}{%- endfor %}{{- messages | length }}"
    #expect(try render(source) == "[get_weather]3")
    #expect(try layout(source).toolCalls == .hermes)
  }

  private func layout(_ source: String) throws -> AnswerLayout {
    try model(source).rendered(Self.messages, options: GenerationOptions(tools: [Self.tool])).layout
  }

  @Test("without tools a conversation is told as it always was")
  func withoutTools() throws {
    let source =
      "{%- for m in messages %}{{- m.role + ':' }}{{- 'none' if m['content'] is none else m['content'] }}{%- endfor %}"
    #expect(try render(source, [.user("a"), .assistant("")], tools: []) == "user:aassistant:")
  }
}
