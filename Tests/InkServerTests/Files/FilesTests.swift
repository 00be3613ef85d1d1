import HTTPTypes
import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Synchronization
import Testing

@Suite("/v1/files")
struct FilesTests {
  private static let server = TestServer(chat: ScriptedChatModel("x"))

  @Test("a file that is uploaded can be told of, read and dropped, in OpenAI's shapes")
  func life() async throws {
    try await Self.server.test { client in
      let created = try await client.upload("{\"a\":1}\n", name: "data.jsonl", purpose: "fine-tune")
      #expect(created.code == 200)
      let file = try created.json
      #expect(file.names == ["id", "object", "bytes", "created_at", "filename", "purpose", "status", "status_details"])
      let identifier = try #require(file["id"]?.string)
      #expect(identifier.hasPrefix("file-"))
      #expect(file["object"] == "file")
      #expect(file["bytes"] == 8)
      #expect(file["filename"] == "data.jsonl")
      #expect(file["purpose"] == "fine-tune")
      #expect(file["status"] == "processed")
      #expect(try await client.get("/v1/files/\(identifier)").json == file)
      let content = try await client.get("/v1/files/\(identifier)/content")
      #expect(content.text == "{\"a\":1}\n")
      #expect(content.header("content-type") == "application/octet-stream")
      #expect(content.header("content-disposition") == "attachment")
      #expect(
        try await client.delete("/v1/files/\(identifier)").json
          == ["id": .string(identifier), "object": "file", "deleted": true])
      for response in [
        try await client.get("/v1/files/\(identifier)"), try await client.get("/v1/files/\(identifier)/content"),
        try await client.delete("/v1/files/\(identifier)"),
      ] {
        #expect(response.code == 404)
        #expect(try response.json.at("error.code") == "not_found")
      }
    }
  }

  @Test("a list goes on behind an entry, in either order, of one purpose or all")
  func list() async throws {
    try await Self.server.test { client in
      var identifiers: [JSONValue] = []
      for number in 0..<5 {
        let purpose = number == 2 ? "vision" : "batch"
        identifiers.append(try await client.upload("\(number)", purpose: purpose).json["id"] ?? .null)
      }
      func listed(_ query: String) async throws -> (ids: [JSONValue], more: JSONValue?) {
        let page = try await client.get("/v1/files\(query)").json
        #expect(page["object"] == "list")
        let data = page["data"]?.array ?? []
        #expect(page["first_id"] == data.first?["id"] ?? .null)
        #expect(page["last_id"] == data.last?["id"] ?? .null)
        return (data.compactMap { $0["id"] }, page["has_more"])
      }
      #expect(try await listed("").ids == identifiers.reversed())
      #expect(try await listed("?order=asc").ids == identifiers)
      let first = try await listed("?order=asc&limit=2")
      #expect(first.ids == Array(identifiers[0..<2]))
      #expect(first.more == true)
      let rest = try await listed("?order=asc&limit=3&after=\(identifiers[1].string ?? "")")
      #expect(rest.ids == Array(identifiers[2...]))
      #expect(rest.more == false)
      #expect(try await listed("?purpose=vision").ids == [identifiers[2]])
      #expect(try await listed("?purpose=evals").ids == [])
    }
  }

  @Test(
    "a list that cannot be is refused by name",
    arguments: [
      ("limit=0", "limit"), ("limit=ten", "limit"), ("limit=10001", "limit"), ("order=up", "order"),
      ("after=..%2F..%2Fetc", "after"), ("after=file-000000000000000000000000", "after"), ("purpose=spam", "purpose"),
    ])
  func refusedList(query: String, param: String) async throws {
    try await Self.server.test { client in
      let response = try await client.get("/v1/files?\(query)")
      #expect(response.code == 400)
      #expect(try response.json.at("error.param") == .string(param))
    }
  }

  @Test(
    "no path from a request reaches the file system",
    arguments: [
      "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "file-", "file-zzzzzzzzzzzzzzzzzzzzzzzz", "lock",
      "file-00000000000000000000000/", "file-0000000000000000000000%00", "file-000000000000000000000000.json",
      "resp_000000000000000000000000", "FILE-000000000000000000000000", "file-00000000000000000000000A",
    ])
  func paths(path: String) async throws {
    try await Self.server.test { client in
      for response in [try await client.get("/v1/files/\(path)"), try await client.delete("/v1/files/\(path)")] {
        #expect([404, 405].contains(response.code), "\(response.text)")
        #expect(try response.json.at("error.type") == "invalid_request_error")
      }
    }
  }

  @Test(
    "a file's name is shown without folders and control characters",
    arguments: [
      ("../../etc/passwd", "passwd"), ("C:\\temp\\x.txt", "x.txt"), ("/", "file"), ("..", "file"), ("a\u{1}b", "ab"),
      ("Grüße 你好.jsonl", "Grüße 你好.jsonl"), ("say \\\"hi\\\".txt", "say \"hi\".txt"),
    ])
  func names(given: String, shown: String) async throws {
    try await Self.server.test { client in
      let response = try await client.upload("x", name: given)
      #expect(try response.json["filename"] == .string(shown))
    }
  }

  @Test(
    "a form that is none, or lacks something, is refused",
    arguments: [
      ("", 400), ("no boundary at all", 400), ("------inkstone\r\n", 400), ("------inkstone--\r\n", 400),
      ("------inkstone\r\nContent-Type: text/plain\r\n\r\nx\r\n------inkstone--\r\n", 400),
      ("------inkstone\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n------inkstone--", 400),
      ("------inkstone\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx", 400),
      (Form.text("x", name: "a", fields: []), 400), (Form.text("x", name: "a", fields: [("purpose", "spam")]), 400),
      (Form.text("x", name: "a", fields: [("purpose", "batch_output")]), 400),
      (Form.text("x", name: "a", fields: [("purpose", "batch"), ("expires_after[seconds]", "10")]), 400),
      (
        Form.text(
          "x", name: "a",
          fields: [("purpose", "batch"), ("expires_after[anchor]", "created_at"), ("expires_after[seconds]", "-1")]),
        400
      ),
    ])
  func refused(body: String, code: Int) async throws {
    try await Self.server.test { client in
      let response = try await client.uploadRaw(body)
      #expect(response.code == code, "\(response.text)")
      #expect(try response.json.at("error.message")?.string?.isEmpty == false)
      #expect(try await client.get("/v1/files").json["data"] == [])
    }
  }

  @Test("many parts, long heads and long values are refused, and a second file too")
  func excess() async throws {
    let part = "------inkstone\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n"
    let head = "------inkstone\r\nContent-Disposition: form-data; name=\"x\"; y=\""
    let file = "------inkstone\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n1\r\n"
    let bodies = [
      String(repeating: part, count: 100) + "------inkstone--",
      head + String(repeating: "y", count: 20_000) + "\"\r\n\r\n1\r\n------inkstone--",
      "------inkstone\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n"
        + String(repeating: "b", count: 100_000) + "\r\n------inkstone--",
      file + file + "------inkstone--",
    ]
    try await Self.server.test { client in
      for body in bodies {
        let response = try await client.uploadRaw(body)
        #expect(response.code == 400)
        #expect(try response.json.at("error.code") == "invalid_form")
      }
    }
  }

  @Test(
    "a body of another type, or without a boundary, is refused",
    arguments: [
      ("application/json", 415), ("text/plain", 415), ("multipart/form-data", 400),
      ("multipart/form-data; boundary=", 400),
      ("multipart/form-data; boundary=\(String(repeating: "b", count: 71))", 400),
    ])
  func contentType(type: String, code: Int) async throws {
    try await Self.server.test { client in
      let response = try await client.uploadRaw("x", contentType: type)
      #expect(response.code == code)
    }
  }

  @Test("a file larger than the limit is refused while it arrives, and leaves nothing")
  func tooLarge() async throws {
    var limits = StorageLimits.inMemory
    limits.files.itemBytes = 1000
    var server = Self.server
    server.store = .inMemory(limits: limits)
    try await server.test { client in
      for count in [1001, 3_000_000] {
        let response = try await client.upload(String(repeating: "x", count: count))
        #expect(response.code == 413)
        #expect(try response.json.at("error.code") == "file_too_large")
      }
      #expect(try await client.get("/v1/files").json["data"] == [])
      #expect(try await client.upload(String(repeating: "x", count: 800)).code == 200)
    }
  }

  @Test("files beyond the store's limits are refused until others are dropped")
  func storeLimit() async throws {
    var limits = StorageLimits.inMemory
    limits.files.count = 2
    var server = Self.server
    server.store = .inMemory(limits: limits)
    try await server.test { client in
      let first = try await client.upload("1").json["id"]?.string ?? ""
      #expect(try await client.upload("2").code == 200)
      let refused = try await client.upload("3")
      #expect(refused.code == 409)
      #expect(try refused.json.at("error.code") == "storage_limit_reached")
      #expect(try await client.delete("/v1/files/\(first)").code == 200)
      #expect(try await client.upload("3").code == 200)
    }
  }

  @Test("a file is gone when its time is over")
  func expiry() async throws {
    let now = Mutex(1_700_000_000)
    let clock = ServerClock.dated { now.withLock { $0 } }
    var server = Self.server
    server.clock = clock
    server.store = .inMemory(clock: clock)
    try await server.test { client in
      let response = try await client.upload(
        "x", further: [("expires_after[anchor]", "created_at"), ("expires_after[seconds]", "3600")])
      let file = try response.json
      #expect(file["expires_at"] == 1_700_003_600)
      let identifier = file["id"]?.string ?? ""
      #expect(try await client.get("/v1/files/\(identifier)").code == 200)
      now.withLock { $0 += 3600 }
      #expect(try await client.get("/v1/files/\(identifier)").code == 404)
      #expect(try await client.get("/v1/files/\(identifier)/content").code == 404)
      #expect(try await client.get("/v1/files").json["data"] == [])
    }
  }

  @Test("nobody sees the files of another key's holder")
  func owners() async throws {
    var server = Self.server
    server.settings.keys = [AccessKey(secret: "a", name: "ann"), AccessKey(secret: "b", name: "bob")]
    try await server.test { client in
      let ann: HTTPFields = [.authorization: "Bearer a"]
      let bob: HTTPFields = [.authorization: "Bearer b"]
      let identifier = try await client.upload("secret", headers: ann).json["id"]?.string ?? ""
      #expect(try await client.get("/v1/files/\(identifier)", headers: ann).code == 200)
      #expect(try await client.get("/v1/files/\(identifier)", headers: bob).code == 404)
      #expect(try await client.get("/v1/files/\(identifier)/content", headers: bob).code == 404)
      #expect(try await client.delete("/v1/files/\(identifier)", headers: bob).code == 404)
      #expect(try await client.get("/v1/files", headers: bob).json["data"] == [])
      #expect(try await client.get("/v1/files/\(identifier)").code == 401)
    }
  }

  @Test("a form is read the same in whatever pieces it arrives", arguments: [1, 7, 64])
  func pieces(size: Int) async throws {
    let content = "line\r\n----inkston\r\n------inkston e\r\n\r\n--\r\n"
    let form = Form.text(content, name: "a.txt", fields: [("purpose", "user_data")])
    try await Self.server.test(.live) { client in
      let port = try #require(client.port)
      let answer = try await RawConnection.with(port: port) { connection in
        try await connection.send(
          "POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(form.utf8.count)\r\n"
            + "Content-Type: multipart/form-data; boundary=\"\(Form.boundary)\"\r\n\r\n")
        var rest = form[...]
        while !rest.isEmpty {
          try await connection.send(String(rest.prefix(size)))
          rest = rest.dropFirst(size)
        }
        return try await connection.read(until: "status_details")
      }
      #expect(answer?.hasPrefix("HTTP/1.1 200") == true)
      let page = try await client.get("/v1/files").json
      let identifier = page.at("data.0.id")?.string ?? ""
      #expect(try await client.get("/v1/files/\(identifier)/content").text == content)
    }
  }
}
