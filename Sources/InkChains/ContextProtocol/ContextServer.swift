import InkChat

/// A server of the Model Context Protocol, revisions 2025-06-18 and 2024-11-05: tools, resources and prompts for other
/// programs.
///
/// One server answers one connection; requests are answered at the same time and can be cancelled by the other side.
public struct ContextServer: Sendable {
  /// The revision that the server speaks with whoever asks for one that it does not know.
  public static let revision = ContextRevision.preferred.rawValue
  /// The revisions whose every demand the server meets.
  private static let revisions: Set<ContextRevision> = [.june2025, .november2024]

  /// The most requests that are answered at once.
  private static let mostAtOnce = 256

  private let name: String
  private let version: String
  private let tools: Toolbox
  private let resources: [ContextResource]
  private let read: @Sendable (String) async throws(ChainError) -> String
  private let prompts: [ContextPrompt]
  private let settings: RunSettings
  private let patience: Duration

  /// A server.
  ///
  /// - Parameters:
  ///   - read: gives the text of a resource by its URI; only for those listed.
  ///   - settings: observers, budget and clock of each call of a tool.
  ///   - patience: how long, by the clock of the settings, requests may still work once the input has ended.
  public init(
    name: String, version: String, tools: Toolbox, resources: [ContextResource] = [],
    read: @escaping @Sendable (String) async throws(ChainError) -> String = { uri throws(ChainError) in
      throw ChainError(.tool, context: uri, expected: "a resource")
    }, prompts: [ContextPrompt] = [], settings: RunSettings = RunSettings(),
    patience: Duration = .seconds(300)
  ) {
    self.name = name
    self.version = version
    self.tools = tools
    self.resources = resources
    self.read = read
    self.prompts = prompts
    self.settings = settings
    self.patience = patience
  }

  /// Answers until the input ends, and then what was asked before: a program that writes its requests and closes the
  /// pipe still reads the answers. What is at work longer than the server's patience is cancelled then, and so is everything
  /// when the task is cancelled or the other side takes no answers any more.
  public func serve(_ transport: LineTransport) async {
    let running = RunningCalls(most: Self.mostAtOnce)
    await withTaskGroup(of: Ending.self) { group in
      var requests = 0
      for await line in transport.lines where !line.allSatisfy(\.isWhitespace) {
        do throws(RemoteCallFault) {
          switch try RemoteCallMessage(line: line) {
          case .request(let id, let method, let parameters):
            switch running.start(id, { await answer(id, method, parameters) }) {
            case .begun(let task):
              requests += 1
              group.addTask { await ending(of: task, id: id, running, transport) }
            case .refused(let failure): try? await transport.send(RemoteCallMessage.failure(id: id, failure).line)
            }
          case .notification("notifications/cancelled", let parameters):
            if let id = parameters["requestId"] { running.cancel(id) }
          case .notification, .response, .failure: break
          }
        } catch {
          try? await transport.send(RemoteCallMessage.failure(id: error.id, error.failure).line)
        }
      }
      await finish(&group, requests: requests)
    }
  }

  /// How a task of a connection came to its end.
  private enum Ending: Sendable {
    case answered
    /// The answer could not be sent.
    case unheard
    /// The time that requests have after the end of the input is over.
    case expired
  }

  private func ending(
    of task: Task<RemoteCallMessage, Never>, id: JSONValue, _ running: RunningCalls, _ transport: LineTransport
  ) async -> Ending {
    let answer = await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
    running.remove(id)
    // The protocol wants no answer to what was cancelled.
    guard !task.isCancelled else { return .answered }
    do { try await transport.send(answer.line) } catch { return .unheard }
    return .answered
  }

  /// Waits for the requests that were read, as long as it makes sense to.
  private func finish(_ group: inout TaskGroup<Ending>, requests: Int) async {
    guard !Task.isCancelled, requests > 0 else { return group.cancelAll() }
    let (clock, patience) = (settings.clock, patience)
    group.addTask {
      try? await clock.sleep(for: patience)
      return .expired
    }
    var open = requests
    while open > 0, let ending = await group.next() {
      switch ending {
      case .answered: open -= 1
      case .unheard, .expired: open = 0
      }
    }
    group.cancelAll()
  }

  private func answer(_ id: JSONValue, _ method: String, _ parameters: JSONValue) async -> RemoteCallMessage {
    do throws(RemoteCallFailure) {
      return .response(id: id, result: try await result(of: method, parameters))
    } catch {
      return .failure(id: id, error)
    }
  }

  private func result(of method: String, _ parameters: JSONValue) async throws(RemoteCallFailure) -> JSONValue {
    switch method {
    case "initialize": return initialization(parameters)
    case "ping": return [:]
    case "tools/list":
      return [
        "tools": .array(
          tools.definitions.map {
            ["name": .string($0.name), "description": .string($0.description), "inputSchema": $0.parameters]
          })
      ]
    case "tools/call": return try await call(parameters)
    case "resources/list":
      return [
        "resources": .array(
          resources.map {
            [
              "uri": .string($0.uri), "name": .string($0.name), "description": .string($0.description),
              "mimeType": .string($0.mediaType),
            ]
          })
      ]
    case "resources/templates/list": return ["resourceTemplates": []]
    case "resources/read": return try await resource(parameters)
    case "prompts/list": return ["prompts": .array(prompts.map(Self.listed))]
    case "prompts/get": return try prompt(parameters)
    default: throw RemoteCallFailure(code: .methodNotFound, message: "no method \"\(method)\"")
    }
  }

  /// The revision that the other side asks for where it is known, else the server's own; the other side may go away
  /// then.
  private func initialization(_ parameters: JSONValue) -> JSONValue {
    let asked = ContextRevision(parameters["protocolVersion"]).flatMap { Self.revisions.contains($0) ? $0 : nil }
    return [
      "protocolVersion": .string((asked ?? .preferred).rawValue),
      "capabilities": ["tools": [:], "resources": [:], "prompts": [:]],
      "serverInfo": ["name": .string(name), "version": .string(version)],
    ]
  }

  private func call(_ parameters: JSONValue) async throws(RemoteCallFailure) -> JSONValue {
    guard case .string(let name)? = parameters["name"],
      let tool = tools.tools.first(where: { $0.definition.name == name })
    else {
      throw RemoteCallFailure(code: .invalidParameters, message: "no tool of that name")
    }
    func content(_ text: String, isError: Bool) -> JSONValue {
      ["content": [["type": "text", "text": .string(text)]], "isError": .boolean(isError)]
    }
    let context = ChainContext(settings)
    do throws(ChainError) {
      let text = try await context.withinTime { () async throws(ChainError) in
        try await tool.call(parameters["arguments"] ?? .object([]), in: context)
      }
      return content(text, isError: false)
    } catch {
      // Errors of tools are for the model to read, so they are results.
      return content(error.description, isError: true)
    }
  }

  private func resource(_ parameters: JSONValue) async throws(RemoteCallFailure) -> JSONValue {
    guard case .string(let uri)? = parameters["uri"] else {
      throw RemoteCallFailure(code: .invalidParameters, message: "expected \"uri\"")
    }
    guard let resource = resources.first(where: { $0.uri == uri }) else {
      throw RemoteCallFailure(code: .resourceNotFound, message: "no resource \"\(uri)\"")
    }
    do throws(ChainError) {
      let text = try await read(uri)
      return [
        "contents": [["uri": .string(uri), "mimeType": .string(resource.mediaType), "text": .string(text)]]
      ]
    } catch {
      throw RemoteCallFailure(code: .internalError, message: error.description)
    }
  }

  private static func listed(_ prompt: ContextPrompt) -> JSONValue {
    [
      "name": .string(prompt.name), "description": .string(prompt.description),
      "arguments": .array(prompt.template.variables.map { ["name": .string($0), "required": true] }),
    ]
  }

  private func prompt(_ parameters: JSONValue) throws(RemoteCallFailure) -> JSONValue {
    guard case .string(let name)? = parameters["name"], let prompt = prompts.first(where: { $0.name == name }) else {
      throw RemoteCallFailure(code: .invalidParameters, message: "no prompt of that name")
    }
    var values: [String: String] = [:]
    if case .object(let members)? = parameters["arguments"] {
      for member in members {
        guard case .string(let value) = member.value else {
          throw RemoteCallFailure(code: .invalidParameters, message: "expected \"\(member.name)\" to be a text")
        }
        values[member.name] = value
      }
    }
    do throws(ChainError) {
      let text = try prompt.template.filled(values)
      return [
        "description": .string(prompt.description),
        "messages": [["role": "user", "content": ["type": "text", "text": .string(text)]]],
      ]
    } catch {
      throw RemoteCallFailure(code: .invalidParameters, message: error.description)
    }
  }
}
