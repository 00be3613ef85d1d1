import InkChat
import InkFormats
import InkInference
import InkModels
import InkTensor
import InkTokenizers
import Testing

@Suite("From messages to the template")
struct ConversationPathTests {
  private func load(_ template: String) throws -> LanguageModel {
    let folder = try TemporaryFolder()
    return try LanguageModel.load(
      gguf: SmallModel(template: template).write(to: folder.file("small.gguf")), name: "small", cpu: CPU(threads: 1))
  }

  @Test("documents reach the template with their members in order")
  func documents() throws {
    let model = try load(
      "{% if documents %}{% for d in documents %}{{ d | tojson }};{% endfor %}{% else %}none{% endif %}")
    let options = GenerationOptions(documents: [
      PromptDocument(title: "t", text: "x"), PromptDocument(members: [JSONMember("b", 1), JSONMember("a", nil)]),
    ])
    #expect(
      try model.renderedPrompt(for: [.user("q")], options: options)
        == #"{"title": "t", "text": "x"};{"b": 1, "a": null};"#)
    #expect(try model.renderedPrompt(for: [.user("q")], options: GenerationOptions()) == "none")
  }

  @Test("text and images become parts in order, and further members of a tool stay")
  func parts() throws {
    let model = try load("{{ messages[0].content | tojson }}{{ tools | tojson }}")
    let content = MessageContent.parts([.image(.address("https://a.example/b.png")), .text("what is it?")])
    let tool = ToolDefinition(name: "f", description: "d", parameters: [:], further: [JSONMember("strict", true)])
    let text = try model.renderedPrompt(
      for: [Message(role: .user, content: content)], options: GenerationOptions(tools: [tool]))
    #expect(
      text == #"[{"type": "image"}, {"type": "text", "text": "what is it?"}]"#
        + #"[{"type": "function", "function": {"name": "f", "description": "d", "parameters": {}, "strict": true}}]"#)
  }

  @Test("what the assistant thought goes by both names that templates use, and not at all when it thought nothing")
  func reasoning() throws {
    let model = try load("{% for m in messages %}{{ m.reasoning_content }}|{{ m.thinking }};{% endfor %}")
    let messages = [Message(role: .assistant, content: .text("a"), reasoning: "hm"), .assistant("b")]
    #expect(try model.renderedPrompt(for: messages, options: GenerationOptions()) == "hm|hm;|;")
  }

  @Test("an answer can begin inside the last message")
  func continuation() throws {
    let model = try load(SmallModel.template)
    let messages = [Message.user("hello"), .assistant("well, ")]
    let options = GenerationOptions(start: .lastMessage)
    #expect(
      try model.renderedPrompt(for: messages, options: options)
        == "<|im_start|>user\nhello<|im_end|>\n<|im_start|>assistant\nwell, ")
    let error = #expect(throws: GenerationError.self) { try model.prompt(for: [], options: options) }
    #expect(error?.code == .templateFailure)
  }
}
