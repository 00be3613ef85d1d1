import InkChat
import InkInference
import InkTensor
import Testing

@Suite("Thoughts in answers")
struct ReasoningAnswerTests {
  @Test("thoughts that the model opens", arguments: ReasoningFormat.allCases)
  func opened(format: ReasoningFormat) {
    let sample = AnswerSample(
      "\n\(format.opening)\nOslo? 让我想想 <b>.\n\n\(format.closing)\n\nIt rains.\n", nil, reasoning: format)
    #expect(sample.reasoning == "Oslo? 让我想想 <b>.")
    #expect(sample.text == "It rains.\n")
    #expect(sample.order == ["reasoning", "text"])
  }

  @Test("thoughts that the prompt opened")
  func openedByPrompt() {
    let layout = AnswerLayout(toolCalls: nil, reasoning: .think, beginning: .reasoning)
    let sample = AnswerSample(["Let me see.\n</think>\n\nYes"], layout: layout)
    #expect(sample.reasoning == "Let me see.")
    #expect(sample.text == "Yes")
  }

  @Test("thoughts that are cut off are thoughts")
  func cutOff() {
    let sample = AnswerSample("<think>\nOslo is\n", nil, reasoning: .think)
    #expect(sample.reasoning == "Oslo is")
    #expect(sample.text.isEmpty)
    let layout = AnswerLayout(toolCalls: nil, reasoning: .think, beginning: .reasoning)
    #expect(AnswerSample(["so </thi"], layout: layout).reasoning == "so </thi")
  }

  @Test("empty thoughts are none")
  func empty() {
    let sample = AnswerSample("<think>\n\n</think>\n\nYes", nil, reasoning: .think)
    #expect(sample.reasoning.isEmpty)
    #expect(sample.text == "Yes")
    #expect(sample.order == ["text"])
  }

  @Test(
    "a mark that does not open the answer is text",
    arguments: ["Use <think> and </think>.", "x<think>y</think>", "</think>", "<thin king>", "<think"])
  func inText(text: String) {
    let sample = AnswerSample(text, nil, reasoning: .think)
    #expect(sample.text == text)
    #expect(sample.reasoning.isEmpty)
  }

  @Test("a call that is only thought of is a thought, and the one behind it is a call")
  func callsBehind() {
    let call = "<tool_call>{\"name\": \"now\"}</tool_call>"
    let sample = AnswerSample("<think>\(call)</think>\nWait.\n\(call)", .hermes, reasoning: .think)
    #expect(sample.reasoning == call)
    #expect(sample.text == "Wait.")
    #expect(sample.names == ["now"])
    #expect(sample.order == ["reasoning", "text", "fragment", "call"])
  }

  @Test("where thoughts stay in the text, so do their marks and the space around them; no call is read inside them")
  func keptInText() {
    let call = "<tool_call>{\"name\": \"now\"}</tool_call>"
    let options = GenerationOptions(tools: AnswerSample.tools, reasoning: .inText)
    let layout = AnswerLayout(toolCalls: .hermes, reasoning: .think)
    let sample = AnswerSample(["\n<think>\n\(call)\n</think>\n\nWait.\n\(call)"], layout: layout, options: options)
    #expect(sample.text == "\n<think>\n\(call)\n</think>\n\nWait.")
    #expect(sample.reasoning.isEmpty)
    #expect(sample.calls.count == 1)
  }

  @Test("whether the model thinks can be asked for, so that a forced form begins behind its thoughts")
  func isReasoning() {
    var parser = AnswerParser(
      AnswerLayout(toolCalls: nil, reasoning: .think), options: GenerationOptions(),
      identifiers: RandomStream(seed: 1, name: "tool calls"))
    #expect(!parser.isReasoning)
    #expect(parser.feed("<think>").isEmpty)
    #expect(parser.isReasoning)
    #expect(parser.feed("a</thi") == [.reasoning("a")])
    #expect(parser.isReasoning)
    #expect(parser.feed("nk>").isEmpty)
    #expect(!parser.isReasoning)
  }

  @Test("a prompt that ends in an opened thought is known, and marks in what others wrote do not count")
  func openPrompts() {
    let format = ReasoningFormat.think
    #expect(format.isOpen(atEndOf: "<|im_start|>assistant\n<think>\n", continuing: nil))
    #expect(!format.isOpen(atEndOf: "<|im_start|>assistant\n<think>\n\n</think>\n\n", continuing: nil))
    #expect(!format.isOpen(atEndOf: "what is <think>?<|im_end|>\n<|im_start|>assistant\n", continuing: nil))
    #expect(format.isOpen(atEndOf: "…assistant\n<think>\nOslo is", continuing: "<think>\nOslo is"))
    #expect(!format.isOpen(atEndOf: "…<think>a</think>Oslo is", continuing: "<think>a</think>Oslo is"))
    #expect(!format.isOpen(atEndOf: "<think> is a tag…assistant\nOslo is", continuing: "Oslo is"))
  }

  @Test("the format is found in the template's text")
  func detection() {
    #expect(ReasoningFormat(templateSource: "{% if '</think>' in content %}") == .think)
    #expect(ReasoningFormat(templateSource: "{{ '[THINK]' + block.thinking + '[/THINK]' }}") == .bracketed)
    #expect(ReasoningFormat(templateSource: "{{ message.content }}") == nil)
  }
}
