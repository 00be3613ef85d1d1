import AsyncHTTPClient
import Foundation
import InkChat
import NIOCore
import NIOHTTP1
import Testing

/// Clients with a connection each: that of a test server has one for all.
enum ManyClients {
  /// What `body` gives for each of `count` clients that go at once.
  static func atOnce<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) async throws -> Value
  ) async throws -> [Value] {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
      for index in 0..<count { group.addTask { (index, try await body(index)) } }
      var found: [Int: Value] = [:]
      for try await (index, value) in group { found[index] = value }
      return (0..<count).compactMap { found[$0] }
    }
  }

  /// The answer to a request that is taken.
  static func text(posting body: JSONValue, to address: String) async throws -> String {
    var request = HTTPClientRequest(url: address)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.body = .bytes(ByteBuffer(string: body.text))
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(300))
    let text = String(buffer: try await response.body.collect(upTo: 1 << 24))
    #expect(response.status == .ok, "\(text)")
    return text
  }
}
