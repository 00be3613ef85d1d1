import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Logging
import NIOCore

/// A server over scripted models, for one test.
struct TestServer {
  var settings = ServerSettings()
  var store: StateStore?
  var knowledge: KnowledgeDesk?
  var models: any ModelProvider
  var clock = ServerClock.system
  var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  var routes: [any ServerRoute] = []
  var telemetry: TelemetryExport?
  var onLargeRequestEnd: @Sendable () -> Void = {}

  init(chat: ScriptedChatModel) {
    models = FixedModels([(.chat("m"), ServedModel(chat: chat, renderer: ScriptedRenderer()))])
  }

  init(_ models: any ModelProvider) {
    self.models = models
  }

  var server: InkstoneServer {
    InkstoneServer(
      settings: settings, models: models, store: store, knowledge: knowledge, routes: routes, clock: clock,
      telemetry: telemetry, onLargeRequestEnd: onLargeRequestEnd, logger: logger)
  }

  /// Runs a test against the router alone, or against a real socket.
  func test<Value>(
    _ setup: TestingSetup = .router, _ body: @Sendable (any TestClientProtocol) async throws -> Value
  ) async throws -> Value {
    try await server.application().test(setup, body)
  }
}

extension ModelListing {
  static func chat(_ name: String) -> ModelListing {
    ModelListing(
      id: name, created: 1_700_000_000, state: .loaded, abilities: [.chat, .completion, .vision, .tools],
      contextLength: 4096)
  }
}

extension TestClientProtocol {
  /// Posts JSON text.
  func post(_ path: String, _ body: String, headers: HTTPFields = [:]) async throws -> TestResponse {
    var headers = headers
    if headers[.contentType] == nil { headers[.contentType] = "application/json" }
    return try await execute(uri: path, method: .post, headers: headers, body: ByteBuffer(string: body)) { $0 }
  }

  func get(_ path: String, headers: HTTPFields = [:]) async throws -> TestResponse {
    try await execute(uri: path, method: .get, headers: headers, body: nil) { $0 }
  }
}

extension TestResponse {
  var text: String { String(buffer: body) }

  var code: Int { status.code }

  var json: JSONValue {
    get throws { try JSONValue(parsing: Array(body.readableBytesView)) }
  }

  /// The JSON of all events of the stream but `[DONE]`.
  var events: [JSONValue] {
    get throws {
      try text.components(separatedBy: "\n\n").filter { $0.hasPrefix("data: {") }
        .map { try JSONValue(parsing: String($0.dropFirst("data: ".count))) }
    }
  }

  /// Header fields by their names in lower case.
  func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
}

extension JSONValue {
  subscript(index: Int) -> JSONValue? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  var string: String? { if case .string(let text) = self { text } else { nil } }
  var array: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
  var names: [String] { if case .object(let members) = self { members.map(\.name) } else { [] } }

  /// The value at a path such as `choices.0.message.content`.
  func at(_ path: String) -> JSONValue? {
    var value: JSONValue? = self
    for part in path.split(separator: ".") {
      value = if let index = Int(part) { value?[index] } else { value?[String(part)] }
    }
    return value
  }
}
