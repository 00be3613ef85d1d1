import InkChat
import InkRetrieval
import InkTesting
import Testing

@Suite struct QuestionTests {
  @Test(
    "small talk needs no documents, a question does",
    arguments: [
      ("Hello!", false), ("谢谢。", false), ("  thanks ", false), ("你好啊～", false), ("How do I reset my router?", true),
      ("怎样重置路由器？", true), ("hello, how do I reset my router?", true),
    ])
  func dictionary(_ message: String, _ needs: Bool) async throws {
    #expect(try await RetrievalIntent.dictionary(.smallTalk).needsDocuments(message) == needs)
  }

  @Test("a model's no keeps a message from being searched for, anything else does not", arguments: ["no", "yes", "?"])
  func model(_ reply: String) async throws {
    let intent = RetrievalIntent.model(ScriptedChatModel(reply))
    #expect(try await intent.needsDocuments("hm") == (reply != "no"))
  }

  @Test("several wordings come one a line, without numbers and bullets, the question first and none twice")
  func wordings() async throws {
    let model = ScriptedChatModel("1. first way\n- second way\n\n* ask\n3) third\n")
    let found = try await QuestionTransformation.multipleQueries(model, count: 4).wordings(of: "ask")
    #expect(found.map(\.text) == ["ask", "first way", "second way", "third"])
  }

  @Test("a number that a wording begins with stays")
  func numbersInWordings() async throws {
    let model = ScriptedChatModel("1. 3D printers\n2) 5G 网络\n1.5 litres of water\n3、2024 年\n")
    let found = try await QuestionTransformation.decomposition(model, count: 4).wordings(of: "ask")
    #expect(found.map(\.text) == ["ask", "3D printers", "5G 网络", "1.5 litres of water", "2024 年"])
  }

  @Test("a made-up passage is searched for as a passage")
  func hypothetical() async throws {
    let found = try await QuestionTransformation.hypotheticalDocument(ScriptedChatModel("A router is reset by…"))
      .wordings(of: "ask")
    #expect(found == [SearchQuestion("ask"), SearchQuestion("A router is reset by…", kind: .passage)])
  }

  @Test("a question is rewritten only when a conversation stands before it")
  func rewriting() async throws {
    let rewriting = QuestionRewriting.model(ScriptedChatModel("How is the router reset?\nmore"))
    #expect(try await rewriting.rewritten("How is it reset?", history: []) == "How is it reset?")
    let history: [Message] = [.user("What is a router?"), .assistant("A box.")]
    #expect(try await rewriting.rewritten("How is it reset?", history: history) == "How is the router reset?")
    #expect(
      try await QuestionRewriting.withEarlierQuestions(count: 1).rewritten("And it?", history: history)
        == "What is a router?\nAnd it?")
  }

  @Test(
    "the language of instructions follows the question",
    arguments: [
      ("怎样重置路由器？", TextLanguage.chinese), ("reset the router", .english), ("iPhone 的屏幕", .chinese), ("123", .english),
    ])
  func language(_ text: String, _ language: TextLanguage) { #expect(TextLanguage(of: text) == language) }
}
