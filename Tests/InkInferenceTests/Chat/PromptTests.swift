import InkChat
import InkFormats
import InkInference
import InkModels
import InkTensor
import InkTokenizers
import Testing

@Suite("Prompts")
struct PromptTests {
  @Test("a ChatML template makes the text that it describes")
  func text() throws {
    let model = try load(SmallModel())
    let messages = [
      Message(role: .system, content: .text("be kind")), Message(role: .user, content: .text("hello\nüser 你好")),
    ]
    let text = try model.renderedPrompt(for: messages, options: GenerationOptions())
    #expect(
      text
        == "<|im_start|>system\nbe kind<|im_end|>\n<|im_start|>user\nhello\nüser 你好<|im_end|>\n"
        + "<|im_start|>assistant\n")
  }

  @Test("special tokens become their single ids, everything else the ids of its text")
  func tokens() throws {
    let small = try SmallModel()
    let model = try load(small)
    let messages = [Message(role: .user, content: .text("hello"))]
    let tokens = try model.prompt(for: messages, options: GenerationOptions())
    let (start, end) = (try small.id("<|im_start|>"), try small.id("<|im_end|>"))
    let newline = try small.id("Ċ")
    let assistant = model.tokenizer.encode("assistant", specialTokens: .omit)
    #expect(
      tokens == [start, try small.id("user"), newline, try small.id("hello"), end, newline, start] + assistant + [
        newline
      ])
    let text = try model.renderedPrompt(for: messages, options: GenerationOptions())
    #expect(try model.tokenizer.decode(tokens, specialTokens: .keep) == text)
  }

  @Test("the beginning of a sequence is written by the template alone, not a second time")
  func noSecondBeginning() throws {
    var small = try SmallModel(template: "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}")
    small.metadata["tokenizer.ggml.add_bos_token"] = .bool(true)
    let model = try load(small)
    let tokens = try model.prompt(for: [Message(role: .user, content: .text("hello"))], options: GenerationOptions())
    #expect(tokens == [try small.id("<|im_start|>"), try small.id("hello"), try small.id("<|im_end|>")])
  }

  @Test("a template that refuses the messages is a template failure with its words")
  func refusal() throws {
    let model = try load(
      SmallModel(
        template: "{% if messages[0].role == 'system' %}{{ raise_exception('no system messages here') }}{% endif %}ok"))
    let error = try #require(throws: GenerationError.self) {
      try model.prompt(for: [Message(role: .system, content: .text("be kind"))], options: GenerationOptions())
    }
    #expect(error.code == .templateFailure)
    #expect(error.description.contains("no system messages here"))
    #expect(error.context.contains("small"))
    let text = try model.renderedPrompt(for: [Message(role: .user, content: .text("hi"))], options: GenerationOptions())
    #expect(text == "ok")
  }

  @Test(
    "a template that fails when it runs is a template failure",
    arguments: ["{{ messages[0].content + 1 }}", "{{ messages | unheard_of }}", "{{ 1 / 0 }}", "{{ messages.x.y.z }}"])
  func failure(template: String) throws {
    let small = try SmallModel(template: template)
    do {
      let model = try load(small)
      let error = try #require(throws: GenerationError.self) {
        try model.renderedPrompt(for: [Message(role: .user, content: .text("hi"))], options: GenerationOptions())
      }
      #expect(error.code == .templateFailure)
    } catch let error as ModelLoadError {
      // What the parser sees is refused earlier.
      #expect(error.context.contains("chat template"))
    }
  }

  @Test("a model without a template says so")
  func noTemplate() throws {
    let model = try load(SmallModel(template: nil))
    #expect(model.template == nil)
    let error = try #require(throws: GenerationError.self) {
      try model.prompt(for: [Message(role: .user, content: .text("hi"))], options: GenerationOptions())
    }
    #expect(error.code == .templateFailure)
    #expect(error.description.contains("chat template"))
    #expect(error.description.contains("small"))
    #expect(!error.hint.isEmpty)
  }

  @Test("tools reach the template in the form of function tools, with their members in order")
  func tools() throws {
    let model = try load(
      SmallModel(
        template: "{% for tool in tools %}{{ tool.type }} {{ tool.function.name }}: {{ tool | tojson }}\n{% endfor %}"))
    let schema = JSONValue.object([
      JSONMember("type", .string("object")),
      JSONMember(
        "properties",
        .object([JSONMember("zone", .object([JSONMember("type", .string("string"))])), JSONMember("at", .integer(7))])),
      JSONMember("required", .array([.string("zone"), .boolean(true), .null, .number(1.5)])),
    ])
    let options = GenerationOptions(tools: [
      ToolDefinition(name: "clock", description: "Tells the time", parameters: schema)
    ])
    let text = try model.renderedPrompt(for: [Message(role: .user, content: .text("hi"))], options: options)
    #expect(text.hasPrefix("function clock: "))
    #expect(
      text.contains(
        #""parameters": {"type": "object", "properties": {"zone": {"type": "string"}, "at": 7}, "#
          + #""required": ["zone", true, null, 1.5]}"#
      ), "\(text)")
  }

  @Test("without tools the template sees none")
  func noTools() throws {
    let model = try load(SmallModel(template: "{% if tools is none %}none{% else %}some{% endif %}"))
    let messages = [Message(role: .user, content: .text("hi"))]
    #expect(try model.renderedPrompt(for: messages, options: GenerationOptions()) == "none")
  }

  @Test("tool calls, their answers, names and variables reach the template")
  func toolCalls() throws {
    let template =
      "{% for m in messages %}[{{ m.role }}{% if m.name %} {{ m.name }}{% endif %}"
      + "{% for c in m.tool_calls or [] %} {{ c.id }} {{ c.function.name }} {{ c.function.arguments.zone }}{% endfor %}"
      + "{% if m.tool_call_id %} {{ m.tool_call_id }}{% endif %}]{% endfor %}{{ mood }}"
    let model = try load(SmallModel(template: template))
    let call = ToolCall(
      identifier: "c1", name: "clock", arguments: .object([JSONMember("zone", .string("UTC"))]))
    let messages = [
      Message(role: .assistant, content: .text(""), toolCalls: [call]),
      Message(role: .tool, content: .text("noon"), toolCallIdentifier: "c1", name: "clock"),
    ]
    let options = GenerationOptions(templateVariables: [JSONMember("mood", .string("!"))])
    let text = try model.renderedPrompt(for: messages, options: options)
    #expect(text == "[assistant c1 clock UTC][tool clock c1]!")
  }

  private func load(_ small: SmallModel) throws -> LanguageModel {
    let folder = try TemporaryFolder()
    return try LanguageModel.load(gguf: small.write(to: folder.file("small.gguf")), name: "small", cpu: CPU(threads: 1))
  }
}
