import Foundation
import HTTPTypes
import HummingbirdTesting
import InkServer
import NIOCore
import Testing

@Suite("The page")
struct PageTests {
  /// A server that shows the page, and has no models.
  private func server() -> TestServer {
    var server = TestServer(FixedModels([]))
    server.settings.page = PageFile.embedded
    return server
  }

  @Test("every file of the page's folder is in the program, byte for byte")
  func complete() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../Sources/CInkPage/Page").standardizedFileURL
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path())
    let embedded = PageFile.embedded
    #expect(embedded.count == names.count)
    for name in names {
      let file = embedded[name == "page.html" ? "/" : "/page/" + name]
      let bytes = try Array(Data(contentsOf: folder.appending(path: name)))
      #expect(file?.bytes == bytes, "\(name)")
    }
  }

  @Test("everything that the page refers to is served, with a type that the browser accepts")
  func references() async throws {
    try await server().test { client in
      let page = try await client.get("/")
      #expect(page.status == .ok)
      #expect(page.header("content-type") == "text/html; charset=utf-8")
      let attributes = page.text.matches(of: /(?:src|href)="(page\/[^"]+)"/).map { String($0.1) }
      #expect(attributes.contains("page/main.js"))
      for path in attributes {
        let file = try await client.get("/" + path)
        #expect(file.status == .ok, "\(path)")
        #expect(file.header("x-content-type-options") == "nosniff")
      }
      for (path, file) in PageFile.embedded where path.hasSuffix(".js") {
        #expect(file.mediaType == "text/javascript; charset=utf-8")
        let source = String(decoding: file.bytes, as: UTF8.self)
        for match in source.matches(of: /from "\.\/([^"]+)"/) {
          let imported = try await client.get("/page/" + match.1)
          #expect(imported.status == .ok, "\(path) imports \(match.1)")
        }
      }
    }
  }

  @Test("the policy allows no inline code, no other origin and no markup from strings")
  func policy() async throws {
    try await server().test { client in
      let page = try await client.get("/")
      let policy = try #require(page.header("content-security-policy"))
      #expect(policy.contains("default-src 'none'"))
      #expect(policy.contains("script-src 'self';"))
      #expect(policy.contains("connect-src 'self'"))
      #expect(policy.contains("require-trusted-types-for 'script'"))
      #expect(!policy.contains("unsafe"))
      #expect(page.text.firstMatch(of: /<script(?![^>]*src=)/) == nil)
      #expect(page.text.firstMatch(of: /\sstyle=|<style|\son[a-z]+=/) == nil)
    }
  }

  @Test("a browser that has a file is told so, and gets another one when the content is another")
  func entityTags() async throws {
    try await server().test { client in
      let first = try await client.get("/page/main.js")
      let tag = try #require(first.header("etag"))
      for known in [tag, "\"other\", W/\(tag)", "*"] {
        let again = try await client.get("/page/main.js", headers: [.ifNoneMatch: known])
        #expect(again.status == .notModified)
        #expect(again.body.readableBytes == 0)
        #expect(again.header("etag") == tag)
      }
      let other = try await client.get("/page/main.js", headers: [.ifNoneMatch: "\"other\""])
      #expect(other.status == .ok)
      let another = try await client.get("/page/chat.js")
      #expect(another.header("etag") != tag)
    }
  }

  @Test("a server with keys shows the page to everybody, and its models to nobody without one")
  func withKeys() async throws {
    var server = server()
    server.settings.keys = [AccessKey(secret: "secret", name: "tests")]
    try await server.test { client in
      #expect(try await client.get("/").status == .ok)
      #expect(try await client.get("/page/main.js").status == .ok)
      #expect(try await client.get("/v1/models").status == .unauthorized)
    }
  }

  @Test("nothing but the page's own files is found under its path")
  func unknown() async throws {
    try await server().test { client in
      for path in ["/page/other.js", "/page/", "/page/..%2f..%2fetc%2fpasswd", "/page/page.html"] {
        #expect(try await client.get(path).status == .notFound, "\(path)")
      }
    }
  }
}
