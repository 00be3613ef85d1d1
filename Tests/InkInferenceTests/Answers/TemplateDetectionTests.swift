import InkInference
import Testing

@Suite("Formats in templates")
struct TemplateDetectionTests {
  @Test(
    "the marks in a template's text tell its notation",
    arguments: [
      (#"{{- '<tool_call>\n{"name": "' + call.name + '", "arguments": ' }}"#, ToolCallFormat.hermes),
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
    let source = "{{ '<tool_call>' }}{{ '<think>\\n' }}"
    #expect(
      AnswerLayout(templateSource: source, prompt: "…<think>\n")
        == AnswerLayout(toolCalls: .hermes, reasoning: .think, beginning: .reasoning))
    #expect(
      AnswerLayout(templateSource: source, prompt: "…assistant\n")
        == AnswerLayout(toolCalls: .hermes, reasoning: .think, beginning: .answer))
  }
}
