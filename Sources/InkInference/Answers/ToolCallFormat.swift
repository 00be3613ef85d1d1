/// How a model writes tool calls: the notation that its chat template writes the calls of earlier turns in.
///
/// ```swift
/// let format = ToolCallFormat(templateSource: template.source)
/// ```
public enum ToolCallFormat: String, Sendable, Hashable, CaseIterable {
  /// `<tool_call>{"name": …, "arguments": …}</tool_call>`: Hermes, Qwen 2.5, Qwen 3.
  case hermes
  /// `<tool_call><function=name><parameter=key>value</parameter></function></tool_call>`: Qwen 3 Coder.
  case qwenXML = "qwen-xml"
  /// `{"name": …, "parameters": …}` as the whole answer, with `<|python_tag|>` in front of it or not: Llama 3.
  case llama
  /// `[TOOL_CALLS][{"name": …, "arguments": …}]`: Mistral, up to the third version of its tokenizer.
  case mistralList = "mistral-list"
  /// `[TOOL_CALLS]name[ARGS]{…}`: Mistral, newer versions.
  case mistralNamed = "mistral-named"
  /// `<｜tool▁call▁begin｜>function<｜tool▁sep｜>name`, a line break and the arguments in a code block: DeepSeek V2.5, V3, R1.
  case deepSeekFenced = "deepseek-fenced"
  /// `<｜tool▁call▁begin｜>name<｜tool▁sep｜>{…}`: DeepSeek V3.1.
  case deepSeek = "deepseek"
  /// The name on the answer's first line and the arguments below it: GLM-4.
  case glmLines = "glm-lines"
  /// `<tool_call>name<arg_key>key</arg_key><arg_value>value</arg_value></tool_call>`: GLM-4.5.
  case glmTags = "glm-tags"

  /// The format that a chat template writes, found by the marks in its text; nil when it writes none of these.
  ///
  /// - Parameter source: the template's Jinja text.
  public init?(templateSource source: String) {
    let source = Array(source.utf8)
    if source.contains("<｜tool▁call▁begin｜>") {
      self = source.contains("```json") ? .deepSeekFenced : .deepSeek
    } else if source.contains("[TOOL_CALLS]") {
      self = source.contains("[ARGS]") ? .mistralNamed : .mistralList
    } else if source.contains("<tool_call>"), source.contains("<function="), source.contains("<parameter=") {
      self = .qwenXML
    } else if source.contains("<arg_key>") {
      self = .glmTags
    } else if source.contains("<tool_call>"), source.contains("\"arguments"), !source.contains("<tool_calls>") {
      self = .hermes
    } else if source.contains("\"parameters\": "), source.contains("tool_calls"),
      source.contains("<|python_tag|>") || source.contains("<|start_header_id|>")
    {
      self = .llama
    } else if source.contains("metadata"), source.contains("<|assistant|>") {
      self = .glmLines
    } else {
      return nil
    }
  }
}
