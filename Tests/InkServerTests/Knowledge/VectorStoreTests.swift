import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Testing

@Suite("/v1/vector_stores")
struct VectorStoreTests {
  /// Uploads a file as OpenAI's client does it.
  private static func uploaded(_ text: String, _ name: String, _ client: any TestClientProtocol) async throws -> String
  {
    try #require(try await client.upload(text, name: name, purpose: "assistants").json["id"]?.string)
  }

  @Test("a store is made, told of, listed and deleted in OpenAI's shapes")
  func stores() async throws {
    let sample = try KnowledgeSample()
    try await sample.server().test(.live) { client in
      let file = try await Self.uploaded(KnowledgeSample.router, "router.md", client)
      let made = try await client.post("/v1/vector_stores", #"{"name":"Support FAQ","file_ids":["\#(file)"]}"#)
      #expect(made.code == 200)
      let store = try made.json
      #expect(store["id"] == "Support-FAQ")
      #expect(store["object"] == "vector_store")
      #expect(store["status"] == "completed")
      #expect(
        store["file_counts"] == ["in_progress": 0, "completed": 1, "failed": 0, "cancelled": 0, "total": 1])
      #expect(try await client.get("/v1/vector_stores/Support-FAQ").json == store)
      let list = try await client.get("/v1/vector_stores").json
      #expect(list["data"] == [store])
      #expect(list["has_more"] == false)
      #expect(list["first_id"] == "Support-FAQ")
      let unnamed = try await client.post("/v1/vector_stores", "{}").json
      #expect(unnamed["id"]?.string?.hasPrefix("vs_") == true)
      #expect(
        try await client.delete("/v1/vector_stores/Support-FAQ").json
          == ["id": "Support-FAQ", "object": "vector_store.deleted", "deleted": true])
      #expect(try await client.get("/v1/vector_stores/Support-FAQ").code == 404)
    }
  }

  @Test("what a store cannot keep is named, and one whose files are missing does not come about")
  func refused() async throws {
    let sample = try KnowledgeSample()
    try await sample.server().test(.live) { client in
      let warned = try await client.post(
        "/v1/vector_stores", #"{"name":"a","metadata":{"b":"c"},"expires_after":{"anchor":"x","days":1}}"#)
      #expect(warned.header("x-inkstone-warning")?.contains("metadata") == true)
      #expect(warned.header("x-inkstone-warning")?.contains("expires_after") == true)
      let missing = try await client.post(
        "/v1/vector_stores", #"{"name":"b","file_ids":["file-0123456789abcdef01234567"]}"#)
      #expect(missing.code == 404)
      #expect(try await client.get("/v1/vector_stores/b").code == 404)
      for strategy in [
        #"{"type":"magic"}"#, #"{"type":"static"}"#, #"{"type":"static","static":{"max_chunk_size_tokens":1}}"#,
      ] {
        let response = try await client.post("/v1/vector_stores", #"{"name":"c","chunking_strategy":\#(strategy)}"#)
        #expect(response.code == 400)
        #expect(try response.json.at("error.param")?.string?.hasPrefix("chunking_strategy") == true)
      }
      let sized = #"{"type":"static","static":{"max_chunk_size_tokens":100,"chunk_overlap_tokens":10}}"#
      #expect(try await client.post("/v1/vector_stores", #"{"name":"d","chunking_strategy":\#(sized)}"#).code == 200)
      let base = try await client.get("/v1/knowledge/d").json
      #expect(base["piece_tokens"] == 100)
      #expect(base["overlap_tokens"] == 10)
    }
  }

  @Test("files are attached with attributes, told of, read and taken out")
  func files() async throws {
    let sample = try KnowledgeSample()
    try await sample.server().test(.live) { client in
      _ = try await client.post("/v1/vector_stores", #"{"name":"s"}"#)
      let file = try await Self.uploaded(KnowledgeSample.router, "router.md", client)
      let attached = try await client.post(
        "/v1/vector_stores/s/files", #"{"file_id":"\#(file)","attributes":{"room":"hall","floor":2,"old":true}}"#
      ).json
      #expect(attached["id"]?.string == file)
      #expect(attached["object"] == "vector_store.file")
      #expect(attached["vector_store_id"] == "s")
      #expect(attached["status"] == "completed")
      #expect(attached["last_error"] == .null)
      #expect(attached["attributes"]?["room"] == "hall")
      #expect(attached["attributes"]?["file_id"] == nil)
      #expect(try await client.get("/v1/vector_stores/s/files/\(file)").json == attached)
      #expect(try await client.get("/v1/vector_stores/s/files").json["data"] == [attached])
      let content = try await client.get("/v1/vector_stores/s/files/\(file)/content").json
      let texts = content["data"]?.array?.compactMap { $0["text"]?.string } ?? []
      #expect(texts.joined().contains("24 months"))
      #expect(
        try await client.delete("/v1/vector_stores/s/files/\(file)").json
          == ["id": .string(file), "object": "vector_store.file.deleted", "deleted": true])
      #expect(try await client.get("/v1/vector_stores/s/files/\(file)").code == 404)
      // The upload itself is still there.
      #expect(try await client.get("/v1/files/\(file)").code == 200)
      for wrong in ["file-x", "../../etc/passwd", "file-0123456789abcdef01234567"] {
        #expect(try await client.post("/v1/vector_stores/s/files", #"{"file_id":"\#(wrong)"}"#).code == 404)
      }
      let strategy = try await client.post(
        "/v1/vector_stores/s/files", #"{"file_id":"\#(file)","chunking_strategy":{"type":"static"}}"#)
      #expect(strategy.code == 400)
      #expect(
        try await client.post(
          "/v1/vector_stores/s/files", #"{"file_id":"\#(file)","chunking_strategy":{"type":"auto"}}"#
        ).code == 200)
    }
  }

  @Test("two files of one name are two files")
  func sameName() async throws {
    let sample = try KnowledgeSample()
    try await sample.server().test(.live) { client in
      let first = try await Self.uploaded("The gate is green.", "a.txt", client)
      let second = try await Self.uploaded("The door is yellow.", "a.txt", client)
      _ = try await client.post("/v1/vector_stores", #"{"name":"s","file_ids":["\#(first)","\#(second)"]}"#)
      for (query, file) in [("green gate", first), ("yellow door", second)] {
        let found = try await client.post("/v1/vector_stores/s/search", #"{"query":"\#(query)"}"#).json
        #expect(found.at("data.0.file_id")?.string == file)
        #expect(found.at("data.0.filename") == "a.txt")
        #expect(try await client.get("/v1/vector_stores/s/files/\(file)").code == 200)
      }
      // Attaching again changes nothing.
      _ = try await client.post("/v1/vector_stores/s/files", #"{"file_id":"\#(second)"}"#)
      #expect(try await client.get("/v1/vector_stores/s").json.at("file_counts.total") == 2)
    }
  }

  @Test("several files come as a batch, which says how many could be read")
  func batches() async throws {
    let sample = try KnowledgeSample()
    try await sample.server().test(.live) { client in
      _ = try await client.post("/v1/vector_stores", #"{"name":"s"}"#)
      let good = try await Self.uploaded(KnowledgeSample.kettle, "kettle.txt", client)
      let broken = try await Self.uploaded("%PDF-1.7", "a.pdf", client)
      let path = "/v1/vector_stores/s/file_batches"
      let batch = try await client.post(
        path, #"{"file_ids":["\#(good)","\#(broken)","file-0123456789abcdef01234567"],"attributes":{"room":"hall"}}"#
      ).json
      #expect(batch["object"] == "vector_store.file_batch")
      #expect(batch["status"] == "completed")
      #expect(batch["file_counts"] == ["in_progress": 0, "completed": 1, "failed": 2, "cancelled": 0, "total": 3])
      let identifier = try #require(batch["id"]?.string)
      #expect(try await client.get(path + "/" + identifier).json == batch)
      let files = try await client.get(path + "/\(identifier)/files").json
      #expect(files["data"]?.array?.map { $0["id"]?.string } == [good])
      #expect(files.at("data.0.attributes.room") == "hall")
      #expect(try await client.post(path + "/\(identifier)/cancel", "{}").json == batch)
      let own = try await client.post(path, #"{"files":[{"file_id":"\#(good)","attributes":{"room":"attic"}}]}"#).json
      #expect(own.at("file_counts.completed") == 1)
      #expect(
        try await client.get("/v1/vector_stores/s/files/\(good)").json.at("attributes.room") == "attic")
      #expect(try await client.get(path + "/vsfb_x").code == 404)
      #expect(try await client.post(path, "{}").code == 400)
    }
  }

  @Test("a search takes filters, limits and several queries, and answers with file and text")
  func search() async throws {
    let sample = try KnowledgeSample()
    try await sample.server().test(.live) { client in
      _ = try await client.post("/v1/vector_stores", #"{"name":"s"}"#)
      var files: [String] = []
      for (number, text) in [KnowledgeSample.router, KnowledgeSample.kettle].enumerated() {
        files.append(try await Self.uploaded(text, "\(number).txt", client))
        _ = try await client.post(
          "/v1/vector_stores/s/files", #"{"file_id":"\#(files[number])","attributes":{"floor":\#(number)}}"#)
      }
      func found(_ options: String) async throws -> [String] {
        let json = try await client.post("/v1/vector_stores/s/search", #"{"query":"the router",\#(options)}"#).json
        return json["data"]?.array?.compactMap { $0["filename"]?.string } ?? ["\(json)"]
      }
      let page = try await client.post(
        "/v1/vector_stores/s/search", #"{"query":["router warranty","vinegar"],"max_num_results":5}"#
      ).json
      #expect(page["object"] == "vector_store.search_results.page")
      #expect(page["search_query"] == ["router warranty", "vinegar"])
      #expect(Set(page["data"]?.array?.compactMap { $0["file_id"]?.string } ?? []) == Set(files))
      #expect(page.at("data.0.content.0.type") == "text")
      #expect(page.at("data.0.content.0.text")?.string?.isEmpty == false)
      for (filter, names) in [
        (#"{"type":"eq","key":"floor","value":1}"#, ["1.txt"]), (#"{"type":"ne","key":"floor","value":1}"#, ["0.txt"]),
        (#"{"type":"gt","key":"floor","value":0}"#, ["1.txt"]), (#"{"type":"lt","key":"floor","value":1}"#, ["0.txt"]),
        (#"{"type":"gte","key":"floor","value":2}"#, []), (#"{"type":"in","key":"floor","value":[0,7]}"#, ["0.txt"]),
        (#"{"type":"nin","key":"floor","value":[0,7]}"#, ["1.txt"]),
        (
          #"{"type":"and","filters":[{"type":"gte","key":"floor","value":0},{"type":"lte","key":"floor","value":0}]}"#,
          ["0.txt"]
        ), (#"{"type":"or","filters":[{"type":"eq","key":"floor","value":5}]}"#, []),
      ] {
        let results = try await found(#""filters":\#(filter)"#)
        #expect(Set(results) == Set(names), "\(filter)")
      }
      #expect(try await found(#""max_num_results":1"#).count == 1)
      #expect(try await found(#""ranking_options":{"ranker":"auto","score_threshold":0.99}"#) == [])
    }
  }

  @Test(
    "filters that are too deep or make no sense are refused",
    arguments: [
      String(repeating: #"{"type":"and","filters":["#, count: 9) + #"{"type":"eq","key":"a","value":"b"}"#
        + String(repeating: "]}", count: 9), #"{"type":"like","key":"a","value":"b"}"#, #"{"type":"eq","key":"a"}"#,
      #"{"type":"eq","value":"b"}"#, #"{"type":"gt","key":"a","value":"b"}"#, #"{"type":"in","key":"a","value":"b"}"#,
      #"{"type":"eq","key":"a","value":{"b":1}}"#, #"{"type":"and"}"#, #"{"type":"and","filters":[5]}"#, "[]", "5",
    ])
  func badFilters(_ filter: String) async throws {
    let sample = try KnowledgeSample()
    try await sample.server().test(.live) { client in
      _ = try await client.post("/v1/vector_stores", #"{"name":"s"}"#)
      let response = try await client.post("/v1/vector_stores/s/search", #"{"query":"a","filters":\#(filter)}"#)
      #expect(response.code == 400)
      #expect(try response.json.at("error.param")?.string?.hasPrefix("filters") == true)
    }
  }
}
