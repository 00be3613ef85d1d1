import Foundation
import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Testing

@Suite("/v1/knowledge")
struct KnowledgeRoutesTests {
  @Test("a base is made, told of, listed and deleted with everything in it")
  func bases() async throws {
    let sample = try KnowledgeSample()
    try await sample.server().test(.live) { client in
      let made = try await client.post("/v1/knowledge", #"{"name":"手册","piece_tokens":64,"splitting":"sentences"}"#)
      #expect(made.code == 201)
      let base = try made.json
      #expect(base["id"] == "手册")
      #expect(base["embedder"] == "words")
      #expect(base["dimension"] == 128)
      #expect(base["splitting"] == "sentences")
      #expect(base["piece_tokens"] == 64)
      #expect(base["overlap_tokens"] == 16)
      let path = "/v1/knowledge/%E6%89%8B%E5%86%8C"
      #expect(try await client.get(path).json == base)
      #expect(try await client.get("/v1/knowledge").json["data"] == [base])
      let again = try await client.post("/v1/knowledge", #"{"name":"手册"}"#)
      #expect(again.code == 409)
      #expect(try again.json.at("error.code") == "already_exists")
      #expect(try await client.delete(path).json["deleted"] == true)
      #expect(try await client.get(path).code == 404)
      #expect(try await client.get("/v1/knowledge").json["data"] == [])
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: sample.folder + "/knowledge") == [])
  }

  @Test("documents are added as JSON and as forms, and told of with their pieces and their text")
  func documents() async throws {
    let sample = try KnowledgeSample()
    try await sample.server().test(.live) { client in
      _ = try await client.post("/v1/knowledge", #"{"name":"home"}"#)
      let path = "/v1/knowledge/home/documents"
      let added = try await client.post(
        path, ##"{"name":"notes/a.md","text":"# Gate\n\nThe gate is green.","metadata":{"room":"hall","floor":2}}"##
      ).json
      #expect(added["result"] == "added")
      #expect(added["document"] == "notes/a.md")
      let form = try await client.sendFile(
        Array(KnowledgeSample.kettle.utf8), name: "kettle.txt", fields: [("room", "kitchen")], to: path)
      #expect(form.code == 200)
      #expect(try form.json["embedded"] == 1)
      let repeated = try await client.sendFile(
        Array(KnowledgeSample.kettle.utf8), name: "kettle.txt", fields: [("room", "kitchen")], to: path)
      #expect(try repeated.json["result"] == "unchanged")

      let list = try await client.get(path).json
      #expect(list["data"]?.array?.map { $0["id"] } == ["kettle.txt", "notes/a.md"])
      #expect(list.at("data.0.metadata.room") == "kitchen")
      #expect(list.at("data.1.metadata.floor") == "2")

      let one = try await client.get(path + "/notes%2Fa.md").json
      #expect(one["document"] == "notes/a.md")
      let text = try await client.get(path + "/notes%2Fa.md/text")
      #expect(text.header("content-type") == "text/plain; charset=utf-8")
      #expect(text.header("x-content-type-options") == "nosniff")
      let bytes = Array(text.text.utf8)
      let pieces = try #require(one["pieces"]?.array)
      #expect(!pieces.isEmpty)
      for piece in pieces {
        guard case .integer(let start)? = piece["start"], case .integer(let end)? = piece["end"] else {
          Issue.record("a piece without a place")
          continue
        }
        #expect(String(decoding: bytes[Int(start)..<Int(end)], as: UTF8.self) == piece["text"]?.string)
        #expect(piece["sha256"] == one["sha256"])
      }
      #expect(pieces.last?["headings"] == ["Gate"])
      #expect(try await client.get("/v1/knowledge/home").json["documents"] == 2)
    }
  }

  @Test("a document that is deleted is in no list, no search and no file of the server")
  func deletion() async throws {
    let sample = try KnowledgeSample()
    let secret = "zanzibar-4711"
    try await sample.server("nothing").test(.live) { client in
      try await client.makeHome()
      _ = try await client.addText("secret.txt", "The code word is \(secret).")
      #expect(try sample.storedBytes().range(of: Data(secret.utf8)) != nil)
      let found = try await client.post("/v1/knowledge/home/search", #"{"query":"code word"}"#).json
      #expect(found.at("results.0.document") == "secret.txt")
      #expect(try await client.delete("/v1/knowledge/home/documents/secret.txt").json["deleted"] == true)
      let left = try await client.post("/v1/knowledge/home/search", #"{"query":"code word","top":50}"#).json
      #expect(left["results"]?.array?.contains { $0["document"] == "secret.txt" } == false)
      for path in ["", "/text"] {
        #expect(try await client.get("/v1/knowledge/home/documents/secret.txt" + path).code == 404)
      }
      #expect(try await client.delete("/v1/knowledge/home/documents/secret.txt").code == 404)
      #expect(try await client.get("/v1/knowledge/home").json["documents"] == 2)
    }
    #expect(try sample.storedBytes().range(of: Data(secret.utf8)) == nil)
  }

  @Test("every mode finds the piece, and explains itself where asked", arguments: ["keyword", "vector", "hybrid"])
  func search(mode: String) async throws {
    let sample = try KnowledgeSample()
    try await sample.server().test(.live) { client in
      try await client.makeHome()
      let body = #"{"query":"warranty of the router","mode":"\#(mode)","top":2,"explain":true}"#
      let json = try await client.post("/v1/knowledge/home/search", body).json
      let first = try #require(json.at("results.0"))
      #expect(first["text"]?.string?.contains("24 months") == true)
      #expect(
        first.names.filter { ["document", "sha256", "start", "end", "page", "score", "text"].contains($0) }.count == 7)
      #expect(json["results"]?.array?.count ?? 9 <= 2)
      let stages = json["stages"]?.array?.compactMap { $0["stage"]?.string }
      #expect(stages == (mode == "hybrid" ? ["keyword", "vector", "fusion"] : [mode]))
      let plain = try await client.post("/v1/knowledge/home/search", #"{"query":"router"}"#).json
      #expect(plain["stages"] == nil)
    }
  }

  @Test("filters, threshold, diversity, decay and reranking do what they say")
  func searchOptions() async throws {
    let sample = try KnowledgeSample()
    try await sample.server().test(.live) { client in
      try await client.makeHome()
      func documents(_ options: String) async throws -> [String?] {
        let json = try await client.post("/v1/knowledge/home/search", #"{"query":"the router",\#(options)}"#).json
        return json["results"]?.array?.map { $0["document"]?.string } ?? ["\(json)"]
      }
      #expect(try await documents(#""filter":{"name":"kettle.txt"}"#) == ["kettle.txt"])
      #expect(try await documents(#""filter":{"name":"kett*"}"#) == ["kettle.txt"])
      #expect(Set(try await documents(#""filter":{"name":["router.md","x"]}"#)) == ["router.md"])
      #expect(try await documents(#""filter":{"name":"x"}"#) == [])
      #expect(try await documents(#""threshold":0.99"#) == [])
      #expect(try await documents(#""rerank":"r""#).first == "router.md")
      // A weight of 0 leaves the order of the search.
      #expect(try await documents(#""rerank":"r","rerank_weight":0"#) == documents(#""mode":"hybrid""#))
      let tooMuch = try await client.post("/v1/knowledge/home/search", #"{"query":"x","rerank":"r","rerank_weight":2}"#)
      #expect(tooMuch.code == 400)
      let alone = try await client.post("/v1/knowledge/home/search", #"{"query":"x","rerank_weight":0.5}"#)
      #expect(alone.code == 400)
      #expect(try alone.json.at("error.param") == "rerank_weight")
      #expect(try await documents(#""diversity":0.5,"half_life_days":3,"top":1"#).count == 1)
      let explained = try await client.post(
        "/v1/knowledge/home/search", #"{"query":"router","rerank":"r","explain":true,"half_life_days":1,"diversity":1}"#
      ).json
      #expect(
        explained["stages"]?.array?.compactMap { $0["stage"]?.string }
          == ["keyword", "vector", "fusion", "decay", "reranking", "diversity"])
      let wrong = try await client.post("/v1/knowledge/home/search", #"{"query":"router","rerank":"m"}"#)
      #expect(wrong.code == 404)
    }
  }

  @Test("a chat model orders what was found, and gives wordings that are searched for too, where asked")
  func searchByModel() async throws {
    let sample = try KnowledgeSample()
    try await sample.server("1. Descale the kettle\nWarranty of the router").test(.live) { client in
      try await client.makeHome()
      func search(_ options: String) async throws -> JSONValue {
        try await client.post("/v1/knowledge/home/search", #"{"query":"the kettle",\#(options)}"#).json
      }
      let plain = try await search(#""top":9"#)
      #expect(plain["wordings"] == ["the kettle"])
      let wider = try await search(#""expansion":"multi_query","model":"m","explain":true"#)
      #expect(wider["wordings"] == ["the kettle", "Descale the kettle", "Warranty of the router"])
      #expect(wider["stages"]?.array?.filter { $0["stage"] == "vector" }.count == 3)
      let made = try await search(#""expansion":"hyde","model":"m""#)
      #expect(made["wordings"]?.array?.count == 2)
      let ordered = try await search(#""rerank":"llm","model":"m","explain":true"#)
      #expect(ordered["stages"]?.array?.last?["stage"] == "reranking")
      // Without a name, the first model that chats takes part.
      #expect(try await search(#""expansion":"decomposition""#)["wordings"]?.array?.count == 3)
      let unknown = try await client.post(
        "/v1/knowledge/home/search", #"{"query":"x","expansion":"hyde","model":"nobody"}"#)
      #expect(unknown.code == 404)
      let wrong = try await client.post("/v1/knowledge/home/search", #"{"query":"x","expansion":"more"}"#)
      #expect(wrong.code == 400)
      #expect(try wrong.json.at("error.param") == "expansion")
    }
  }

  @Test("a document with pages says how many, a piece its page and headings, and a phrase is searched as one")
  func pages() async throws {
    let sample = try KnowledgeSample()
    try await sample.server("The kettle is red.").test(.live) { client in
      _ = try await client.post("/v1/knowledge", #"{"name":"home"}"#)
      _ = try await client.post(
        "/v1/knowledge/home/documents",
        ##"{"name":"notes.md","text":"# Kettles\n\n## Colour\n\nThe kettle is red.\n","media_type":"text/markdown"}"##)
      let sent = try await client.sendFile(
        Self.pdf, name: "pages.pdf", to: "/v1/knowledge/home/documents")
      #expect(sent.code == 200)
      let list = try await client.get("/v1/knowledge/home/documents").json
      #expect(list["data"]?.array?.map { $0["page_count"] } == [.null, 2])
      let found = try await client.post(
        "/v1/knowledge/home/search", #"{"query":"\"second page\"","mode":"keyword"}"#
      ).json
      // Both pages are so short that they are one piece, which begins on the first.
      #expect(found["results"]?.array?.map { $0["page"] } == [1])
      let answer = try await client.post("/v1/knowledge/home/ask", #"{"question":"Which colour has the kettle?"}"#).json
      let citation = try #require(answer.at("citations.0"))
      #expect(citation["document"] == "notes.md")
      #expect(citation["headings"] == ["Kettles", "Colour"])
      let verified = try await client.post("/v1/knowledge/home/verify", answer.text)
      #expect(try verified.json["intact"] == true)
      #expect(verified.header("warning") == nil)
    }
  }

  /// Two pages, one line each, whose objects have to be searched for.
  private static let pdf: [UInt8] = {
    var file = "%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"
    file += "2 0 obj << /Type /Pages /Kids [4 0 R 6 0 R] /Count 2 >> endobj\n"
    file += "3 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> endobj\n"
    for (index, word) in ["first", "second"].enumerated() {
      let content = "BT /F1 12 Tf 50 700 Td (These are the words of the \(word) page) Tj ET"
      file += "\(4 + 2 * index) 0 obj << /Type /Page /Parent 2 0 R /Contents \(5 + 2 * index) 0 R "
      file += "/Resources << /Font << /F1 3 0 R >> >> >> endobj\n\(5 + 2 * index) 0 obj "
      file += "<< /Length \(content.utf8.count) >>\nstream\n\(content)\nendstream endobj\n"
    }
    return Array((file + "trailer << /Root 1 0 R >>").utf8)
  }()

  @Test("citations of an answer verify; changed texts, forged quotes and gone documents do not")
  func verify() async throws {
    let sample = try KnowledgeSample()
    try await sample.server("The router has a warranty of 24 months.").test(.live) { client in
      try await client.makeHome()
      let answer = try await client.post(
        "/v1/knowledge/home/ask", #"{"question":"What warranty has the router?","model":"m"}"#)
      func verdict(_ body: String) async throws -> (intact: JSONValue?, words: [JSONValue?]) {
        let json = try await client.post("/v1/knowledge/home/verify", body).json
        return (json["intact"], json["citations"]?.array?.map { $0["verdict"] } ?? [])
      }
      let whole = try await verdict(answer.text)
      #expect(whole.intact == true)
      #expect(whole.words == ["intact"])
      let response = try await client.post("/v1/knowledge/home/verify", answer.text)
      #expect(response.header("x-inkstone-warning") == nil)

      let citation = try #require(try answer.json.at("citations.0"))
      func forged(_ changes: [String: JSONValue]) -> String {
        let members = citation.names.map { JSONMember($0, changes[$0] ?? citation[$0] ?? .null) }
        return JSONValue.object([JSONMember("citations", [.object(members)])]).text
      }
      let text = try #require(citation["text"]?.string)
      let other = text.replacing("24", with: "36")
      #expect(try await verdict(forged(["quote": "It lasts forever."])).words == ["invalid"])
      #expect(try await verdict(forged(["text": .string(other), "quote": .string(other)])).words == ["text_differs"])
      #expect(try await verdict(forged(["document": "gone.md"])).words == ["missing"])
      #expect(try await verdict(forged(["document": "../../etc/passwd"])).words == ["missing"])
      #expect(try await verdict(forged(["end": 9_007_199_254_740_991])).words == ["invalid"])
      _ = try await client.addText("router.md", KnowledgeSample.router + "\n\nMore.")
      let changed = try await verdict(answer.text)
      #expect(changed.intact == false)
      #expect(changed.words == ["file_changed"])
    }
  }

  @Test("two clients that add at once lose nothing")
  func together() async throws {
    let sample = try KnowledgeSample()
    try await sample.server().test(.live) { client in
      _ = try await client.post("/v1/knowledge", #"{"name":"home"}"#)
      try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<12 {
          // Some of them under one name.
          let name = number < 8 ? "\(number).txt" : "same.txt"
          group.addTask { try await client.addText(name, "Document number \(number).").code }
        }
        for try await code in group { #expect(code == 200) }
      }
      let names = try await client.get("/v1/knowledge/home/documents").json["data"]?.array?.compactMap {
        $0["id"]?.string
      }
      #expect(names == (0..<8).map { "\($0).txt" } + ["same.txt"])
      let text = try await client.get("/v1/knowledge/home/documents/same.txt/text").text
      #expect((8..<12).map { "Document number \($0)." }.contains(text))
      let found = try await client.post("/v1/knowledge/home/search", #"{"query":"number","top":20}"#).json
      #expect(found["results"]?.array?.count == 9)
    }
  }
}
