import InkChat
import InkFormats
import InkInference
import InkModels
import InkTensor
import InkTokenizers
import Testing

@Suite("Formats in templates")
struct TemplateDetectionTests {
  @Test(
    "the marks in a template's text tell its notation",
    arguments: [
      (#"{{- '<tool_call>\n{"name": "' + call.name + '", "arguments": ' }}"#, ToolCallFormat.hermes),
      (#"{{- '<seed:tool_call>\n<function=' + call.name + '>\n' }}{{- '<parameter=' + key }}"#, nil),
      (#"within <tool_call> tags: {{- '<tool_calls>[{"name": "' + call.name + '", "arguments": ' }}"#, nil),
      (#"{{ '<tool_call>\n<invoke name="' + call.name }}{{ call.arguments.items() }}"#, nil),
      (#"{{- '<tool_call>\n<function=' + call.name + '>\n' }}{{- '<parameter=' + key + '>\n' }}"#, .qwenXML),
      (
        #"{{- '<|start_header_id|>assistant' }}{%- for c in message.tool_calls %}{{- '"parameters": ' }}{%- endfor %}"#,
        .llama
      ),
      (#"{{- "[TOOL_CALLS] [" }}{{- call.function | tojson }}"#, .mistralList),
      (#"{{- '[TOOL_CALLS]' + call.function.name + '[ARGS]' + arguments }}"#, .mistralNamed),
      (
        #"{{'<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>' + tool['type'] + '<｜tool▁sep｜>' + name + '\n' + '```json' }}"#,
        .deepSeekFenced
      ),
      (#"{{'<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>' + name + '<｜tool▁sep｜>' + arguments }}"#, .deepSeek),
      (#"[gMASK]<sop><|assistant|>{{ message.metadata }}"#, .glmLines),
      (#"{{ '\n<tool_call>' + tc.name }}<arg_key>{{ k }}</arg_key>"#, .glmTags),
      (#"{{ message.content }}"#, nil),
      (#"{{ '<|tool_call|>' }}"#, nil),
    ])
  func marks(source: String, format: ToolCallFormat?) {
    #expect(ToolCallFormat(templateSource: source) == format)
  }

  @Test("a format can be named")
  func names() {
    for format in ToolCallFormat.allCases { #expect(ToolCallFormat(rawValue: format.rawValue) == format) }
    #expect(Set(ToolCallFormat.allCases.map(\.rawValue)).count == ToolCallFormat.allCases.count)
    #expect(ToolCallFormat(rawValue: "mistral-list") == .mistralList)
  }

  @Test("a layout is found in the template, and its beginning in the prompt")
  func layout() {
    let source = "{{ '<tool_call>{\"arguments\": ' }}{{ '<think>\\n' }}"
    #expect(
      AnswerLayout(templateSource: source, prompt: "…<think>\n")
        == AnswerLayout(toolCalls: .hermes, reasoning: .think, beginning: .reasoning))
    #expect(
      AnswerLayout(templateSource: source, prompt: "…assistant\n")
        == AnswerLayout(toolCalls: .hermes, reasoning: .think, beginning: .answer))
  }

  @Test("of special tokens only the marks of the layout appear in the answer's text")
  func specialTokens() throws {
    let small = try SmallModel(
      layers: 1, template: "{{ '<tool_call>{\"arguments\": ' }}", special: ["<tool_call>", "<think>"])
    let folder = try TemporaryFolder()
    let model = try LanguageModel.load(
      gguf: small.write(to: folder.file("small.gguf")), name: "small", cpu: CPU(threads: 1))
    let messages = [Message.user("hello")]
    let layout = try model.rendered(messages, options: GenerationOptions()).layout
    #expect(layout == AnswerLayout(toolCalls: .hermes, reasoning: nil))
    let ids = [try small.id("<think>"), try small.id("<tool_call>"), try small.id("hello"), try small.id("<|im_end|>")]
    #expect(
      try model.tokenizer.decode(ids, specialTokens: layout.specialTokens(of: model.tokenizer)) == "<tool_call>hello")
    #expect(try model.tokenizer.decode(ids) == "hello")
  }

  @Test("an answer that goes on with a thought begins inside it")
  func continuedThought() throws {
    let template = "{% for m in messages %}{{ m.content }}{% endfor %}{{ '</think>' if false else '' }}"
    let folder = try TemporaryFolder()
    let model = try LanguageModel.load(
      gguf: SmallModel(layers: 1, template: template).write(to: folder.file("small.gguf")), name: "small",
      cpu: CPU(threads: 1))
    for (text, beginning) in [("<think>so", AnswerLayout.Beginning.reasoning), ("<think>a</think>so", .answer)] {
      let messages = [Message.user("<think>?"), Message.assistant(text)]
      let options = GenerationOptions(start: .lastMessage)
      #expect(try model.rendered(messages, options: options).layout.beginning == beginning)
    }
  }
}
