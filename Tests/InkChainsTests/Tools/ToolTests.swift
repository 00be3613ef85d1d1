import Foundation
import InkChains
import InkChat
import InkTesting
import Testing

@Suite struct ToolTests {
  @Test(
    "arithmetic follows the usual order",
    arguments: [
      ("1 + 2 * 3", "7"), ("-2^2", "-4"), ("2^3^2", "512"), ("2**-1", "0.5"), ("(1+2)*3 % 4", "1"),
      ("sqrt(16) + max(1, 5, 3)", "9"),
      ("1e3 × 2 ÷ 4", "500"), ("cos(pi)", "-1"), ("10/4", "2.5"), ("e^0", "1"), ("--3", "3"),
    ])
  func arithmetic(expression: String, expected: String) throws {
    #expect(try Arithmetic.text(of: expression) == expected)
  }

  @Test(
    "what is no arithmetic is refused with its place",
    arguments: ["", "1 +", "1/0", "(1", "1 2", "rm(1)", "sqrt(1,2)", "1..2", "import os", "2^^3"])
  func noArithmetic(expression: String) {
    #expect(throws: ChainError.self) { try Arithmetic.value(of: expression) }
  }

  @Test("nesting without end is refused and not followed", arguments: ["(", "-", "2^", "sqrt("])
  func deep(piece: String) {
    #expect(throws: ChainError.self) { try Arithmetic.value(of: String(repeating: piece, count: 2_000)) }
  }

  private func folder(_ work: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("folder-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path + "/inside/deep", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("secret".utf8).write(to: URL(fileURLWithPath: path + "/secret.txt"))
    try Data("plain".utf8).write(to: URL(fileURLWithPath: path + "/inside/a.txt"))
    try work(path)
  }

  @Test("files inside the folder are listed, read and written")
  func files() throws {
    try folder { path in
      let access = try FolderAccess(path + "/inside", largest: 10)
      #expect(try access.list(".") == ["a.txt", "deep/"])
      #expect(try access.read("./a.txt") == "plain")
      try access.write("new", to: "b/c.txt")
      #expect(try access.read("b/c.txt") == "new")
      #expect(throws: ChainError.self) { try access.write("longer than ten", to: "d.txt") }
      #expect(throws: ChainError.self) { try access.read("none.txt") }
    }
  }

  @Test(
    "no path leads out of the folder",
    arguments: [
      "../secret.txt", "deep/../../secret.txt", "/etc/passwd", "link.txt", "out/secret.txt", "~/x", "dangling",
    ])
  func escapes(attempt: String) throws {
    try folder { path in
      let inside = path + "/inside"
      try FileManager.default.createSymbolicLink(atPath: inside + "/link.txt", withDestinationPath: "../secret.txt")
      try FileManager.default.createSymbolicLink(atPath: inside + "/out", withDestinationPath: path)
      try FileManager.default.createSymbolicLink(atPath: inside + "/dangling", withDestinationPath: path + "/made.txt")
      let access = try FolderAccess(inside)
      let read = #expect(throws: ChainError.self) { try access.read(attempt) }
      #expect(read?.code == .refused)
      let written = #expect(throws: ChainError.self) { try access.write("x", to: attempt) }
      #expect(written?.code == .refused)
      #expect(!FileManager.default.fileExists(atPath: path + "/made.txt"))
      #expect(try String(contentsOfFile: path + "/secret.txt", encoding: .utf8) == "secret")
    }
  }

  private func fetch(
    _ address: String, names: [String: [String]] = ["site.example": ["93.184.216.34"]],
    _ answer: @escaping @Sendable (URL) -> FetchTransport.Response = { _ in
      FetchTransport.Response(status: 200, contentType: "text/plain", body: Array("page".utf8))
    }
  ) async throws -> String {
    let transport = FetchTransport(resolve: { names[$0] ?? [] }, fetch: { url, _, _ in answer(url) })
    let fetcher = PageFetcher(transport, largest: 100, redirects: 2)
    return try await fetcher.text(of: address, in: ChainContext(RunSettings(clock: ChainClock(ContinuousClock()))))
  }

  @Test("a page of the public internet is fetched, redirects are followed")
  func fetching() async throws {
    #expect(try await fetch("https://site.example/a") == "page")
    let text = try await fetch("https://site.example/a") { url in
      url.path == "/a"
        ? FetchTransport.Response(status: 302, location: "/b", contentType: "", body: [])
        : FetchTransport.Response(status: 200, contentType: "text/html", body: Array(url.path.utf8))
    }
    #expect(text == "/b")
  }

  @Test(
    "addresses that are not public are refused however they are written",
    arguments: [
      "http://127.0.0.1/", "http://localhost/", "http://10.1.2.3/", "http://192.168.0.1/", "http://172.31.0.1/",
      "http://169.254.169.254/latest/meta-data/",
      "http://0.0.0.0/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[fe80::1]/", "http://[fd00::1]/",
      "http://[64:ff9b::7f00:1]/",
      "http://2130706433/", "http://0x7f.0.0.1/", "http://127.1/", "http://0177.0.0.1/", "file:///etc/passwd",
      "ftp://site.example/",
      "http://user:pass@site.example/", "http://site.example:22/", "http://mixed.example/", "http://100.64.0.1/",
    ])
  func notPublic(address: String) async {
    let names = [
      "localhost": ["127.0.0.1"], "site.example": ["93.184.216.34"], "mixed.example": ["93.184.216.34", "10.0.0.1"],
    ]
    let error = await #expect(throws: ChainError.self) { try await fetch(address, names: names) }
    #expect(error?.code == .refused)
  }

  @Test("a redirect into the own network is refused, as are too many, too much and what is no text")
  func redirects() async {
    func code(_ answer: @escaping @Sendable (URL) -> FetchTransport.Response) async -> ChainError.Code? {
      await #expect(throws: ChainError.self) { try await fetch("https://site.example/", answer) }?.code
    }
    #expect(
      await code { _ in .init(status: 301, location: "http://127.0.0.1/", contentType: "", body: []) } == .refused)
    #expect(await code { _ in .init(status: 301, location: "/again", contentType: "", body: []) } == .refused)
    #expect(
      await code { _ in .init(status: 200, contentType: "text/plain", body: [UInt8](repeating: 65, count: 101)) }
        == .refused)
    #expect(await code { _ in .init(status: 200, contentType: "image/png", body: []) } == .refused)
    #expect(await code { _ in .init(status: 404, contentType: "text/plain", body: []) } == .tool)
  }
}
