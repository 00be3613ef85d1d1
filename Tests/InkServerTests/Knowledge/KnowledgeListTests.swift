import Foundation
import HummingbirdTesting
import InkChat
import InkRetrieval
import InkServer
import InkTesting
import Testing

@Suite("Lists of knowledge bases that are not all well")
struct KnowledgeListTests {
  @Test(
    "a base that is damaged or out of reach stands in the list with its error, and the others are as they were",
    arguments: [("/v1/knowledge", "knowledge"), ("/v1/vector_stores", "vector_store")])
  func errors(_ path: String, _ object: String) async throws {
    let sample = try KnowledgeSample()
    try await sample.server().test(.live) { client in
      try await client.makeHome()
      let alone = try await client.get(path).json["data"]?.array
      for (name, file, content) in [
        ("broken", "base.sqlite", "no database"), ("far", "server.json", #"{"store":"other://server"}"#),
      ] {
        let folder = "\(sample.folder)/knowledge/\(name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(content.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
      }
      let answer = try await client.get(path)
      #expect(answer.code == 200)
      let list = try #require(try answer.json["data"]?.array)
      #expect(list.map { $0["id"] } == ["broken", "far", "home"])
      #expect(list.map { $0["object"]?.string } == [object, object, object])
      #expect(list.last == alone?.first)
      #expect(list[0].at("error.code") == "storage_failure")
      #expect(list[1].at("error.code") == "unsupported_value")
      #expect(try await client.get("\(path)/far").code == 400)
      #expect(try await client.get("\(path)/home").code == 200)
    }
  }

  @Test("a base whose server is gone is answered by 503 with a time to come back, without telling where the server is")
  func unreachable() throws {
    let error = ServerError(reporting: RetrievalError(.unreachable, context: "postgresql://reader@db.example/library"))
    #expect(error.status == 503)
    #expect(error.retryAfter != nil)
    #expect(error.code == "knowledge_unreachable")
    #expect(!error.message.contains("db.example"))
  }

  @Test("a base is made with codes in place of floats when that is asked for")
  func codes() async throws {
    let sample = try KnowledgeSample()
    try await sample.server().test(.live) { client in
      let made = try await client.post("/v1/knowledge", #"{"name":"home","vectors":"int8"}"#)
      #expect(made.code == 201)
      #expect(try made.json["vectors"] == "int8")
      _ = try await client.addText("kettle.txt", KnowledgeSample.kettle)
      let found = try await client.post("/v1/knowledge/home/search", #"{"query":"kettle vinegar","mode":"vector"}"#)
      #expect(try found.json.at("results.0.document") == "kettle.txt")
      #expect(try found.json["notes"] == [])
      #expect(try await client.post("/v1/knowledge", #"{"name":"other","vectors":"int4"}"#).code == 400)
    }
  }
}
