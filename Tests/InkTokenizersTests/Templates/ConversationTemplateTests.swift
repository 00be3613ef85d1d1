import Foundation
import InkTokenizers
import Testing

private let someTools: TemplateValue = [["type": "function"]]
private let someDocuments: TemplateValue = [["title": "t", "text": "x"]]

@Suite("Templates of a model")
struct ConversationTemplateTests {
  private func template(_ names: [String]) throws -> ConversationTemplate {
    ConversationTemplate(
      variants: try names.map { ConversationTemplate.Variant(name: $0, template: try ChatTemplate(source: $0)) })
  }

  @Test(
    "tools choose tool_use, documents choose rag, everything else the default",
    arguments: [
      (["default", "tool_use", "rag"], TemplateValue.none, TemplateValue.none, "default"),
      (["default", "tool_use", "rag"], someTools, .none, "tool_use"),
      (["default", "tool_use", "rag"], .none, someDocuments, "rag"),
      (["default", "tool_use", "rag"], someTools, someDocuments, "tool_use"),
      (["default", "rag"], someTools, someDocuments, "rag"), (["default", "tool_use"], [], [], "default"),
      (["default"], someTools, someDocuments, "default"), (["own"], someTools, .none, "own"),
    ] as [([String], TemplateValue, TemplateValue, String)])
  func choice(names: [String], tools: TemplateValue, documents: TemplateValue, chosen: String) throws {
    let request = TemplateRequest(messages: [], tools: tools, documents: documents)
    #expect(try template(names).render(request, now: TemplateFixtures.someTime).text == chosen)
  }

  @Test("several templates without a default are named and not guessed among", arguments: [["a", "b"], []])
  func noDefault(names: [String]) throws {
    let error = #expect(throws: TemplateError.self) {
      try template(names).render(TemplateRequest(messages: []), now: TemplateFixtures.someTime)
    }
    #expect(error?.code == .unknownName)
    for name in names { #expect(error?.found?.contains(name) == true) }
  }

  @Test("documents reach the template, and their absence is none")
  func documents() throws {
    let template = try ChatTemplate(
      source:
        "{% if documents is none %}none{% endif %}{% for d in documents or [] %}{{ d.title }}={{ d.text }};{% endfor %}"
    )
    let with = TemplateRequest(messages: [], documents: someDocuments)
    #expect(try template.render(with, now: TemplateFixtures.someTime).text == "t=x;")
    #expect(try template.render(TemplateRequest(messages: []), now: TemplateFixtures.someTime).text == "none")
  }

  @Test("a conversation that breaks off inside its last message comes out as transformers cuts it")
  func continuations() throws {
    let cases = try TemplateFixtures.json("prompts.json", in: TemplateFixtures.committed)["continuations"]?.list ?? []
    #expect(!cases.isEmpty)
    for testCase in cases {
      let name = testCase["template"]?.string ?? ""
      let template = try ChatTemplate(
        source: try TemplateFixtures.text(name + ".jinja", in: TemplateFixtures.committed))
      let request = TemplateRequest(
        messages: testCase["messages"] ?? .none, ending: .openLastMessage, bosToken: "<s>", eosToken: "</s>")
      let text = try? template.render(request, now: TemplateFixtures.someTime).text
      #expect(text == testCase["rendered"]?.string, "\(name)")
    }
  }

  @Test("what is left open is cut in the text and in the ranges; a list of parts is continued in its last text")
  func openMessage() throws {
    let template = try ChatTemplate(
      source: "{% for m in messages %}{% generation %}{{ m.content if m.content is string else m.content[0].text }}!"
        + "{% endgeneration %};{% endfor %}")
    let text = TemplateRequest(messages: [["content": "a"], ["content": "bé "]], ending: .openLastMessage)
    let rendered = try template.render(text, now: TemplateFixtures.someTime)
    #expect(rendered.text == "a!;bé ")
    #expect(rendered.assistantRanges == [0..<2, 3..<6])
    let parts = TemplateRequest(
      messages: [["content": [["type": "text", "text": "é"], ["type": "image"]]]], ending: .openLastMessage)
    #expect(try template.render(parts, now: TemplateFixtures.someTime).text == "é")
  }

  @Test(
    "a message that cannot be continued is refused",
    arguments: [
      [], [["role": "assistant"]], [["content": [["type": "image"]]]], [["content": .none]], "text", .none,
      [["content": "left out"]],
    ] as [TemplateValue])
  func nothingToContinue(messages: TemplateValue) throws {
    let template = try ChatTemplate(source: "nothing of it")
    let error = #expect(throws: TemplateError.self) {
      try template.render(
        TemplateRequest(messages: messages, ending: .openLastMessage), now: TemplateFixtures.someTime)
    }
    #expect(error?.code == .invalidValue)
  }

  @Test("the tokens of the assistant are those that transformers marks")
  func tokenMasks() throws {
    let masks = try TemplateFixtures.json("prompts.json", in: TemplateFixtures.committed)["masks"]?.list ?? []
    let conversations = try TemplateFixtures.json("conversations.json", in: TemplateFixtures.committed)
    #expect(!masks.isEmpty)
    for mask in masks {
      let name = mask["tokenizer"]?.string ?? ""
      let file = TemplateFixtures.committed.deletingLastPathComponent()
        .appending(path: "tokenizers/\(name)/tokenizer.json")
      let tokenizer = try Tokenizer(tokenizerJSON: [UInt8](try Data(contentsOf: file)))
      let conversation = try #require(conversations[mask["conversation"]?.string ?? ""])
      let rendered = try ChatTemplate(source: mask["source"]?.string ?? "").render(
        TemplateRequest(messages: conversation["messages"] ?? .none), now: TemplateFixtures.someTime)
      let tokens = tokenizer.tokens(of: rendered)
      #expect(tokens.ids.map { Int($0) } == mask["ids"]?.list.compactMap(\.int), "\(name)")
      #expect(tokens.isAssistant.map { $0 ? 1 : 0 } == mask["mask"]?.list.compactMap(\.int), "\(name)")
    }
  }

  @Test("tokens that the tokenizer puts in are nobody's words")
  func insertedTokens() throws {
    let file = TemplateFixtures.committed.deletingLastPathComponent()
      .appending(path: "tokenizers/bpe_byte_fallback_llama2/tokenizer.json")
    let tokenizer = try Tokenizer(tokenizerJSON: [UInt8](try Data(contentsOf: file)))
    let rendered = try ChatTemplate(source: "{% generation %}ab{% endgeneration %}").render(
      TemplateRequest(messages: []), now: TemplateFixtures.someTime)
    let plain = tokenizer.tokens(of: rendered)
    let added = tokenizer.tokens(of: rendered, specialTokens: .add)
    #expect(plain.isAssistant.allSatisfy { $0 })
    #expect(added.ids.count > plain.ids.count && added.isAssistant.first == false)
  }
}
