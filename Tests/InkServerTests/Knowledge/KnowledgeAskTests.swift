import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Testing

@Suite("POST /v1/knowledge/{name}/ask")
struct KnowledgeAskTests {
  private static let question = #""question":"What warranty has the router?","model":"m""#

  @Test("an answer comes with citations, and says of each sentence whether a source supports it")
  func whole() async throws {
    let sample = try KnowledgeSample()
    try await sample.server("The router has a warranty of 24 months. ", "Elephants painted it purple.").test(.live) {
      client in
      try await client.makeHome()
      let json = try await client.post("/v1/knowledge/home/ask", "{\(Self.question)}").json
      #expect(json["outcome"] == "answered")
      #expect(json["model"] == "m")
      #expect(json["wording"] == "model")
      #expect(json["answer"] == "The router has a warranty of 24 months. Elephants painted it purple.")
      #expect(json["supported"]?.array?.map { $0["supported"] } == [true, false])
      #expect(json.at("supported.0.citations") == [0])
      let citation = try #require(json.at("citations.0"))
      #expect(citation["document"] == "router.md")
      #expect(citation["quote"] == "The router has a warranty of 24 months.")
      let text = Array(try await client.get("/v1/knowledge/home/documents/router.md/text").text.utf8)
      guard case .integer(let start)? = citation["start"], case .integer(let end)? = citation["end"] else {
        Issue.record("a citation without a place")
        return
      }
      #expect(Array(text[Int(start)..<Int(end)]) == Array((citation["text"]?.string ?? "").utf8))
    }
  }

  @Test("a stream tells searching, found, text by text and the answer, and that is the same answer")
  func streamed() async throws {
    let sample = try KnowledgeSample()
    try await sample.server("The router has a warranty ", "of 24 months.").test(.live) { client in
      try await client.makeHome()
      let whole = try await client.post("/v1/knowledge/home/ask", "{\(Self.question)}").json
      let stream = try await client.post("/v1/knowledge/home/ask", #"{\#(Self.question),"stream":true,"widen":2}"#)
      #expect(stream.header("content-type") == "text/event-stream")
      let events = try stream.namedEvents
      #expect(events.map(\.name) == ["searching", "found", "text", "text", "answer"])
      #expect(events[0].data == ["questions": ["What warranty has the router?"]])
      let passages = try #require(events[1].data["passages"]?.array)
      #expect(passages.map { $0["number"] } == (1...passages.count).map { .integer(Int64($0)) })
      // What is told of a passage is what the model is shown: text and place go together.
      for passage in passages {
        guard case .integer(let start)? = passage["start"], case .integer(let end)? = passage["end"] else {
          Issue.record("a passage without a place")
          continue
        }
        #expect(passage["text"]?.string?.utf8.count == Int(end - start))
      }
      #expect(events[2].data["text"] == "The router has a warranty ")
      #expect(events[4].data["answer"] == whole["answer"])
      #expect(events[4].data["supported"] == whole["supported"])
    }
  }

  @Test("nothing found is said so, whole and streamed, and the model is not asked")
  func notFound() async throws {
    let sample = try KnowledgeSample()
    try await sample.server("The model was asked.").test(.live) { client in
      try await client.makeHome()
      let body = #""question":"月球上有大象吗","model":"m","threshold":0.9"#
      let json = try await client.post("/v1/knowledge/home/ask", "{\(body)}").json
      #expect(json["outcome"] == "not_found")
      #expect(json["answer"] == "在这些文档中没有找到相关内容。")
      #expect(json["citations"] == [])
      #expect(json["wording"] == "fixed")
      #expect(json["model"] == .null)
      let events = try await client.post("/v1/knowledge/home/ask", #"{\#(body),"stream":true}"#).namedEvents
      #expect(events.map(\.name) == ["searching", "found", "text", "answer"])
      #expect(events.last?.data["outcome"] == "not_found")
    }
  }

  @Test(
    "a small model gives way to the nearest sentences of the documents, unless it is told to write",
    arguments: [134_000_000, 500_000_000, nil])
  func small(parameterCount: Int?) async throws {
    let sample = try KnowledgeSample()
    var server = sample.server("x")
    let chat = ScriptedChatModel("The model was asked.")
    server.models = FixedModels([
      (.chat("m"), ServedModel(chat: chat, renderer: ScriptedRenderer(), parameterCount: parameterCount))
    ])
    try await server.test(.live) { client in
      try await client.makeHome()
      let json = try await client.post("/v1/knowledge/home/ask", "{\(Self.question)}").json
      let isSmall = parameterCount == 134_000_000
      #expect(json["wording"] == (isSmall ? "nearest_quotes" : "model"))
      #expect(json["model"] == (isSmall ? .null : "m"))
      #expect((json["answer"] == "The model was asked.") == !isSmall)
      if isSmall { #expect(json["answer"]?.string?.contains("24 months") == true) }
      let told = try await client.post("/v1/knowledge/home/ask", #"{\#(Self.question),"quotes":0}"#).json
      #expect(told["answer"] == "The model was asked.")
      #expect(told["wording"] == "model")
    }
  }

  @Test("a conversation may be sent instead of a question")
  func conversation() async throws {
    let sample = try KnowledgeSample()
    try await sample.server("With vinegar.").test(.live) { client in
      try await client.makeHome()
      let messages = """
        [{"role":"user","content":"Tell me of the kettle."},{"role":"assistant","content":"It boils."},
        {"role":"user","content":"How do I descale it?"}]
        """
      let json = try await client.post("/v1/knowledge/home/ask", #"{"messages":\#(messages),"model":"m"}"#).json
      #expect(json["question"] == "How do I descale it?")
      #expect(json["searched"] == "Tell me of the kettle.\nHow do I descale it?")
      #expect(json.at("citations.0.document") == nil || json.at("citations.0.document") == "kettle.txt")
      let wrong = try await client.post(
        "/v1/knowledge/home/ask", #"{"messages":[{"role":"assistant","content":"x"}],"model":"m"}"#)
      #expect(wrong.code == 400)
      #expect(try wrong.json.at("error.param") == "messages")
    }
  }

  @Test("a model that fails ends a stream with an error event, and a whole answer with a status")
  func failure() async throws {
    let sample = try KnowledgeSample()
    var server = sample.server("x")
    server.models = FixedModels([
      (
        .chat("m"),
        ServedModel(
          chat: ScriptedChatModel { _, _ in [.text("a"), .failure(GenerationError(code: .timedOut, context: "m"))] },
          renderer: ScriptedRenderer())
      )
    ])
    try await server.test(.live) { client in
      try await client.makeHome()
      #expect(try await client.post("/v1/knowledge/home/ask", "{\(Self.question)}").code == 500)
      let events = try await client.post("/v1/knowledge/home/ask", #"{\#(Self.question),"stream":true}"#).namedEvents
      #expect(events.map(\.name) == ["searching", "found", "text", "error"])
      #expect(events.last?.data.at("error.code") == "model_failure")
    }
  }
}
