import Foundation
import HTTPTypes
import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Testing

@Suite("A store in a directory")
struct KilledServerTests {
  /// A directory for one test.
  private static func folder() -> String {
    FileManager.default.temporaryDirectory.path + "/inkstone-store-\(UUID().uuidString)"
  }

  private static func content(_ number: Int) -> String {
    String(repeating: "\(number);", count: 1 + number % 97 * 50)
  }

  /// Keeps files and responses, and writes down what it was told is kept, until it is killed in the middle of that.
  private static func fill(_ folder: String, from start: Int) async throws {
    var server = TestServer(chat: ScriptedChatModel("answer"))
    server.store = try StateStore.open(folder + "/state")
    try await server.test { client in
      let told = try #require(FileHandle(forWritingAtPath: folder + "/told"))
      try told.seekToEnd()
      for number in start... {
        if number == start + 20 {
          Thread.detachNewThread {
            usleep(UInt32.random(in: 0..<20_000))
            kill(getpid(), SIGKILL)
          }
        }
        let file = try await client.upload(content(number), name: "\(number).bin").json["id"]?.string ?? ""
        try told.write(contentsOf: Data("\(number) \(file)\n".utf8))
        let response = try await client.post("/v1/responses", "{\"input\":\"\(number)\"}").json["id"]?.string ?? ""
        try told.write(contentsOf: Data("\(number) \(response)\n".utf8))
      }
    }
  }

  @Test("what a client was told is kept is whole after the process is killed at any moment, and nothing half is seen")
  func killed() async throws {
    let folder = Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: folder + "/told"))
    for round in 0..<4 {
      await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String, round = round as Int] in
        try await KilledServerTests.fill(folder, from: 1000 * round)
      }
    }
    try await Self.check(folder)
  }

  private static func check(_ folder: String) async throws {
    let told = try String(contentsOfFile: folder + "/told", encoding: .utf8)
    #expect(told.split(separator: "\n").count >= 4 * 2 * 20)
    var server = TestServer(chat: ScriptedChatModel("answer"))
    server.store = try StateStore.open(folder + "/state")
    try await server.test { client in
      for line in told.split(separator: "\n") where told.hasSuffix("\n") || line != told.split(separator: "\n").last {
        let parts = line.split(separator: " ").map(String.init)
        let number = try #require(Int(parts[0]))
        if parts[1].hasPrefix("file-") {
          let file = try await client.get("/v1/files/\(parts[1])/content")
          #expect(file.code == 200)
          #expect(file.text == Self.content(number))
        } else {
          let items = try await client.get("/v1/responses/\(parts[1])/input_items").json
          #expect(items.at("data.0.content.0.text") == .string("\(number)"))
          let response = try await client.get("/v1/responses/\(parts[1])").json
          #expect(response.at("output.0.content.0.text") == "answer")
        }
      }
      // Files nobody was told of may be there, and then they are whole.
      for file in try await client.get("/v1/files").json["data"]?.array ?? [] {
        let name = file["filename"]?.string ?? ""
        let number = try #require(Int(name.dropLast(".bin".count)))
        let content = try await client.get("/v1/files/\(file["id"]?.string ?? "")/content").text
        #expect(content == Self.content(number))
        #expect(file["bytes"] == .integer(Int64(content.utf8.count)))
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/state/drafts") == [])
  }

  @Test("what is kept is there again when the directory is opened the next time")
  func reopened() async throws {
    let folder = Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var server = TestServer(chat: ScriptedChatModel("answer"))
    server.store = try StateStore.open(folder)
    let (file, response) = try await server.test { client in
      (
        try await client.upload("bytes").json["id"]?.string ?? "",
        try await client.post("/v1/responses", #"{"input":"hi"}"#).json
      )
    }
    server.store?.close()
    var again = TestServer(chat: ScriptedChatModel("answer"))
    again.store = try StateStore.open(folder)
    try await again.test { client in
      let content = try await client.get("/v1/files/\(file)/content").text
      #expect(content == "bytes")
      let kept = try await client.get("/v1/responses/\(response["id"]?.string ?? "")").json
      #expect(kept == response)
    }
  }

  @Test("a directory is opened by one server at a time, and readable by its owner alone")
  func exclusive() throws {
    let folder = Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try StateStore.open(folder)
    #expect { try StateStore.open(folder) } throws: { error in
      (error as? ServerError)?.code == "storage_in_use"
    }
    let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/files")
    #expect(attributes[.posixPermissions] as? Int == 0o700)
    withExtendedLifetime(store) {}
  }

  @Test("a closed store gives its directory to the next, and writes nothing there any more")
  func closed() async throws {
    let folder = Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var server = TestServer(chat: ScriptedChatModel("answer"))
    let store = try StateStore.open(folder)
    server.store = store
    let next = try await server.test { client in
      let kept = try await client.upload("bytes").json["id"]?.string ?? ""
      store.close()
      let next = try StateStore.open(folder)
      let refused = try await client.upload("bytes")
      #expect(refused.code == 500)
      #expect(try refused.json.at("error.code") == "storage_closed")
      let removed = try await client.execute(uri: "/v1/files/\(kept)", method: .delete) { $0 }
      #expect(removed.code == 500)
      // The second time gives nothing back that is another's by now.
      store.close()
      #expect { try StateStore.open(folder) } throws: { ($0 as? ServerError)?.code == "storage_in_use" }
      return next
    }
    var again = TestServer(chat: ScriptedChatModel("answer"))
    again.store = next
    try await again.test { client in
      let files = try await client.get("/v1/files").json["data"]?.array ?? []
      #expect(files.count == 1)
    }
  }

  @Test("a record that somebody damaged is named, and not taken for absent")
  func damaged() throws {
    let folder = Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try StateStore.open(folder)
    let name = "file-0123456789abcdef01234567.json"
    try Data("{\"created".utf8).write(to: URL(fileURLWithPath: "\(folder)/files/\(name)"))
    #expect { try StateStore.open(folder) } throws: { error in
      (error as? ServerError)?.message.contains(name) == true
    }
  }
}
