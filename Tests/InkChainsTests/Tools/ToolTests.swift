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

  @Test("two thousand random expressions have a finite value or an error with its place")
  func randomArithmetic() {
    var random = SeededRandom(7)
    let pieces = [
      "1", "2.5", "1e308", "0", "(", ")", "+", "-", "*", "/", "%", "^", "**", " ", "pi", "e", "sqrt(", "pow(", "max(",
      ",",
      "1e", ".", "×", "砚", "log(", "e5", "1e999",
    ]
    for _ in 0..<2_000 {
      let text = (0..<Int.random(in: 1...12, using: &random)).map { _ in random.pick(pieces) }.joined()
      do throws(ChainError) {
        #expect(try Arithmetic.value(of: text).isFinite)
        #expect(throws: Never.self) { try Arithmetic.text(of: text) }
      } catch {
        #expect(error.code == .invalidInput)
      }
    }
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
      "a.txt\0", "deep/\0/../../../secret.txt", "..", "./../secret.txt", "deep/../a.txt",
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

  @Test("what is no plain file is neither opened nor replaced")
  func pipes() throws {
    try folder { path in
      #expect(mkfifo(path + "/inside/pipe", 0o600) == 0)
      let access = try FolderAccess(path + "/inside")
      // Opening it would wait for someone who writes.
      for name in ["pipe", "deep", "."] {
        let read = #expect(throws: ChainError.self) { try access.read(name) }
        #expect(read?.code == .tool)
        let written = #expect(throws: ChainError.self) { try access.write("x", to: name) }
        #expect(written?.code == .tool)
      }
      #expect(try access.list(".") == ["a.txt", "deep/", "pipe"])
    }
  }

  private func fetch(
    _ address: String, names: [String: [String]] = ["site.example": ["93.184.216.34"]],
    _ answer: @escaping @Sendable (URL) -> FetchTransport.Response = { _ in
      FetchTransport.Response(status: 200, contentType: "text/plain", body: Array("page".utf8))
    }
  ) async throws -> String {
    let transport = FetchTransport(resolve: { names[$0] ?? [] }, fetch: { url, _, _ in answer(url) })
    let fetcher = PageFetcher(transport, largest: 300, redirects: 2)
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

  @Test("of a page of HTML the text is given, in the encoding that the server or the page names")
  func pages() async throws {
    let html = "<html><head><title>t</title><script>steal()</script></head><body><h1>Ink</h1><p>stone</p></body></html>"
    let text = try await fetch("https://site.example/a") { _ in
      FetchTransport.Response(status: 200, contentType: "text/html; charset=utf-8", body: Array(html.utf8))
    }
    #expect(text.contains("Ink") && text.contains("stone"))
    #expect(!text.contains("<") && !text.contains("steal"))
    // 砚台 in GB 18030.
    let chinese: [UInt8] = [0xD1, 0xE2, 0xCC, 0xA8]
    let plain = try await fetch("https://site.example/a") { _ in
      FetchTransport.Response(status: 200, contentType: "text/plain; charset=GBK", body: chinese)
    }
    #expect(plain == "砚台")
    let page = try await fetch("https://site.example/a") { _ in
      FetchTransport.Response(
        status: 200, contentType: "text/html", body: Array("<meta charset=gb2312><p>".utf8) + chinese)
    }
    #expect(page.contains("砚台"))
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
      "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/", "http://[0:0:0:0:0:0:0:1]/", "http://[2002:7f00:1::]/",
      "http://[::ffff:10.0.0.1]/", "http://[fe80::1%25eth0]/", "http://017700000001/", "http://0x7f000001/",
      "http://127.0.0.1./", "http://127.000.000.001/", "http://0/", "http://255.255.255.255/", "http://[ff02::1]/",
      "http://[3fff::1]/", "http://localhost./", "http:///", "http://", "gopher://site.example/", "//site.example/",
      "http://site.example@127.0.0.1/", "http://127.0.0.1#@site.example/", "http://127.0.0.1\\@site.example/",
    ])
  func notPublic(address: String) async {
    let names = [
      "localhost": ["127.0.0.1"], "localhost.": ["127.0.0.1"], "site.example": ["93.184.216.34"],
      "mixed.example": ["93.184.216.34", "10.0.0.1"],
    ]
    let error = await #expect(throws: ChainError.self) { try await fetch(address, names: names) }
    #expect(error?.code == .refused)
  }

  @Test("a name that means another address the second time is connected to where it was checked")
  func rebinding() async throws {
    let asked = Counter()
    let transport = FetchTransport(
      resolve: { _ in asked.enter() == 1 ? ["93.184.216.34"] : ["127.0.0.1"] },
      fetch: { _, network, _ in
        FetchTransport.Response(status: 200, contentType: "text/plain", body: Array(network.utf8))
      })
    let context = ChainContext(RunSettings(clock: ChainClock(ContinuousClock())))
    #expect(try await PageFetcher(transport).text(of: "http://site.example/", in: context) == "93.184.216.34")
    // The next fetch, or a redirect, is checked anew.
    let error = await #expect(throws: ChainError.self) {
      try await PageFetcher(transport).text(of: "http://site.example/", in: context)
    }
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
      await code { _ in .init(status: 200, contentType: "text/plain", body: [UInt8](repeating: 65, count: 301)) }
        == .refused)
    #expect(await code { _ in .init(status: 200, contentType: "image/png", body: []) } == .refused)
    #expect(await code { _ in .init(status: 404, contentType: "text/plain", body: []) } == .tool)
  }
}
