import InkTokenizers
import Testing

@Suite("Conversation formats")
struct ConversationFormatTests {
  private static let turns: TemplateValue = [
    ["role": "user", "content": "Q1"], ["role": "assistant", "content": "A1"], ["role": "user", "content": "Q2"],
    ["role": "assistant", "content": "A2"],
  ]

  private func render(_ name: String, _ request: TemplateRequest) throws -> RenderedTemplate {
    try ConversationTemplate(ConversationFormat.named(name)).render(request, now: TemplateFixtures.someTime)
  }

  @Test(
    "formats without a reference library are written as their publishers write them",
    arguments: [
      ("belle", "Human: \nQ1\n\nAssistant: \nA1</s>Human: \nQ2\n\nAssistant: \n"),
      (
        "chinese-alpaca",
        "Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n"
          + "### Instruction:\n\nQ1\n\n### Response:\n\nA1\n\n### Instruction:\n\nQ2\n\n### Response:\n\n"
      ),
      ("firefly", "<s>Q1</s>A1</s>Q2</s>"),
    ])
  func publishers(name: String, expected: String) throws {
    let three = TemplateValue.list(Array(Self.turns.list.prefix(3)))
    #expect(try render(name, TemplateRequest(messages: three, ending: .assistantTurn)).text == expected)
  }

  @Test("MOSS and XuanYuan are told who they are before the first turn")
  func standardSystem() throws {
    let question: TemplateValue = [["role": "user", "content": "你好"]]
    let moss = try render("moss", TemplateRequest(messages: question, ending: .assistantTurn)).text
    #expect(moss.hasPrefix("You are an AI assistant whose name is MOSS.\n- MOSS is"))
    #expect(moss.hasSuffix("tools that MOSS can possess.\n<|Human|>: 你好<eoh>\n<|MOSS|>:"))
    let xuanYuan = try render("xuanyuan", TemplateRequest(messages: question, ending: .assistantTurn)).text
    #expect(xuanYuan.hasPrefix("以下是用户和人工智能助手之间的对话。"))
    #expect(xuanYuan.hasSuffix("指示。\n Human: 你好 Assistant:"))
  }

  @Test(
    "what the model is trained on begins where its prompt ends and holds what ends an answer",
    arguments: ConversationFormat.table.map(\.name))
  func masks(name: String) throws {
    let whole = try render(name, TemplateRequest(messages: Self.turns))
    let scalars = Array(whole.text.unicodeScalars)
    #expect(whole.assistantRanges.count == 2)
    for (index, range) in whole.assistantRanges.enumerated() {
      var learned = String.UnicodeScalarView()
      learned.append(contentsOf: scalars[range])
      #expect(String(learned).contains("A\(index + 1)"))
      #expect(!String(learned).contains("Q"))
    }
    // The last answer's mask starts exactly behind the prompt that a user would send.
    let asked = TemplateValue.list(Array(Self.turns.list.prefix(3)))
    let prompt = try render(name, TemplateRequest(messages: asked, ending: .assistantTurn)).text
    let start = try #require(whole.assistantRanges.last?.lowerBound)
    #expect(Array(prompt.unicodeScalars) == Array(scalars[..<start]))
  }

  @Test(
    "tools, documents, images and unknown roles are refused with the format's name",
    arguments: ConversationFormat.table.map(\.name))
  func refusals(name: String) throws {
    let question: TemplateValue = [["role": "user", "content": "Q"]]
    let refused = [
      TemplateRequest(messages: question, tools: [["type": "function"]]),
      TemplateRequest(messages: question, documents: [["text": "t"]]),
      TemplateRequest(messages: [["role": "user", "content": [["type": "image"]]]]),
      TemplateRequest(messages: [["role": "user", "content": "Q"], ["role": "tool", "content": "42"]]),
      TemplateRequest(messages: [["role": "user", "content": "Q"], ["role": "system", "content": "late"]]),
    ]
    for request in refused {
      let error = #expect(throws: TemplateError.self) { try render(name, request) }
      #expect(error?.code == .raised && error?.context.contains(name) == true, "\(String(describing: error))")
    }
  }

  @Test("a system message that a format has no place for is refused", arguments: ["belle", "firefly", "yuan"])
  func refusedSystem(name: String) throws {
    let messages: TemplateValue = [["role": "system", "content": "S"], ["role": "user", "content": "Q"]]
    #expect(throws: TemplateError.self) { try render(name, TemplateRequest(messages: messages)) }
  }

  @Test("DeepSeek's formats put a given system message in the place of the standard one")
  func deepSeek() throws {
    let messages: TemplateValue = [["role": "system", "content": "S"], ["role": "user", "content": "Q"]]
    let request = TemplateRequest(messages: messages, ending: .assistantTurn)
    #expect(try render("deepseek-chat", request).text == "<｜begin▁of▁sentence｜>SUser: Q\n\nAssistant:")
    #expect(try render("deepseek-coder", request).text == "S\n### Instruction:\nQ\n### Response:\n")
  }

  @Test("an unknown name is answered with the near one and all that there are")
  func unknownName() throws {
    let error = #expect(throws: TemplateError.self) { try ConversationFormat.named("baichuan2_chat") }
    #expect(error?.code == .unknownName)
    #expect(error?.hint?.contains("Did you mean baichuan2-chat?") == true)
    #expect(error?.hint?.contains("vicuna_v1.1") == true)
  }

  @Test("a format that a program makes is rendered like those of the table")
  func ownFormat() throws {
    let format = ConversationFormat(
      name: "own",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init(standard: "it's \\ {{ x }}", opening: "<", closing: ">\n")),
          user: .init(numbering: .init(opening: "#", first: 5, closing: " "), opening: "U:", closing: "\n"),
          assistant: .init(invitation: "A:", ending: ";", trailer: "\n"))))
    let text = try ConversationTemplate(format).render(
      TemplateRequest(messages: Self.turns, ending: .assistantTurn), now: TemplateFixtures.someTime
    ).text
    #expect(text == "<it's \\ {{ x }}>\n#5 U:Q1\nA:A1;\n#6 U:Q2\nA:A2;\nA:")
  }
}
