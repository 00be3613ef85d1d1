import InkChat
import InkFormats
import InkInference
import InkModels
import InkTensor
import InkTokenizers
import Testing

@Suite("Choice of a chat template")
struct TemplateChoiceTests {
  private static let question = [Message.user("hello")]
  private static let tool = ToolDefinition(name: "f", description: "", parameters: [:])

  private func load(_ small: SmallModel, _ choice: TemplateChoice = .automatic) throws -> LanguageModel {
    let folder = try TemporaryFolder()
    let path = try small.write(to: folder.file("small.gguf"))
    return try LanguageModel.load(gguf: path, name: "small", template: choice, cpu: CPU(threads: 1))
  }

  private func several() throws -> SmallModel {
    var small = try SmallModel(template: "plain")
    small.metadata["tokenizer.chat_template.tool_use"] = .string("with tools")
    small.metadata["tokenizer.chat_template.rag"] = .string("with documents")
    small.metadata["tokenizer.chat_templates"] = .array(.strings(GGUFStringArray(["tool_use", "rag"])))
    return small
  }

  private func prompt(_ model: LanguageModel, _ options: GenerationOptions = GenerationOptions()) throws -> String {
    try model.renderedPrompt(for: Self.question, options: options)
  }

  @Test("the named templates of a GGUF file serve tools and documents")
  func namedTemplates() throws {
    let model = try load(several())
    #expect(try prompt(model) == "plain")
    #expect(try prompt(model, GenerationOptions(tools: [Self.tool])) == "with tools")
    #expect(try prompt(model, GenerationOptions(documents: [PromptDocument(title: "", text: "")])) == "with documents")
    #expect(try prompt(load(several(), .named("rag")), GenerationOptions(tools: [Self.tool])) == "with documents")
  }

  @Test("a template given as text takes the place of the model's own, and one that is not Jinja says where it is from")
  func givenTemplate() throws {
    #expect(try prompt(load(several(), .source("{{ messages[0].content }}!", origin: "own.jinja"))) == "hello!")
    let error = #expect(throws: ModelLoadError.self) { try load(several(), .source("{% for %}", origin: "own.jinja")) }
    #expect(error?.context.contains("own.jinja") == true)
  }

  @Test("a format of the table serves a model without a template, and its end tokens end an answer")
  func format() throws {
    let model = try load(SmallModel(template: nil), .named("qwen-7b-chat"))
    #expect(
      try prompt(model) == "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nhello"
        + "<|im_end|>\n<|im_start|>assistant\n")
    let small = try SmallModel()
    for piece in ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] {
      #expect(model.endTokens.contains(try small.id(piece)), "\(piece)")
    }
    #expect(model.template?.stopStrings == ["<|endoftext|>"])
  }

  @Test("the tokenizer begins a prompt unless the format writes the beginning itself")
  func beginning() throws {
    var small = try SmallModel(template: nil)
    small.metadata["tokenizer.ggml.add_bos_token"] = .bool(true)
    let bos = try small.id("<|im_start|>")
    let vicuna = try load(small, .named("vicuna_v1.1")).prompt(for: Self.question, options: GenerationOptions())
    #expect(vicuna.first == bos)
    let belle = try load(small, .named("belle")).prompt(for: Self.question, options: GenerationOptions())
    #expect(belle.first != bos)
  }

  @Test("an unknown name is answered with the model's own names and the formats")
  func unknownName() throws {
    let error = #expect(throws: ModelLoadError.self) { try load(several(), .named("tool-use")) }
    #expect(error?.found == "tool-use")
    for name in ["tool_use", "rag", "vicuna_v1.1"] { #expect(error?.hint.contains(name) == true) }
  }

  @Test("without a template the formats to choose from are listed")
  func listed() throws {
    let error = #expect(throws: GenerationError.self) { try prompt(load(SmallModel(template: nil))) }
    #expect(error?.hint.contains("baichuan2-chat") == true && error?.hint.contains("--template") == true)
  }

  @Test("a stop string of the format ends an answer without being part of it")
  func stopString() async throws {
    let plain = try TestModels.tiny("llama")
    let options = GenerationOptions(sampling: .greedy, maximumTokens: 20)
    let whole = try await LocalChatModel(plain).stream(continuing: .text("hello"), options: options).collect().text
    let characters = Array(whole)
    try #require(characters.count > 6)
    let stop = String(characters[3..<6])
    let format = ConversationFormat(
      name: "own", layout: .template("{{ messages[0].content }}"), stopStrings: [stop], beginning: .written)
    let model = LanguageModel(
      name: "own", decoder: plain.decoder, tokenizer: plain.tokenizer, template: try ConversationTemplate(format),
      endTokens: [], contextLength: plain.contextLength, cpu: plain.cpu)
    let answer = try await LocalChatModel(model).stream(Self.question, options: options).collect()
    #expect(answer.result.finishReason == .stopString(stop))
    #expect(whole.hasPrefix(answer.text + stop))
  }
}
