import AsyncHTTPClient
import InkChat
import InkRemote

/// Runs a test with a scripted server and a client of it.
func withServer<Value: Sendable>(
  _ script: @escaping @Sendable (ScriptedServer.Request, Int) -> [ScriptedServer.Step],
  body: (ScriptedServer, HTTPClient) async throws -> Value
) async throws -> Value {
  let server = try await ScriptedServer(script: script)
  return try await withClient { client in
    do {
      let value = try await body(server, client)
      await server.stop()
      return value
    } catch {
      await server.stop()
      throw error
    }
  }
}

/// Runs a test with an HTTP client.
func withClient<Value: Sendable>(_ body: (HTTPClient) async throws -> Value) async throws -> Value {
  let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .remoteModels())
  do {
    let value = try await body(client)
    try await client.shutdown()
    return value
  } catch {
    try await client.shutdown()
    throw error
  }
}

extension ScriptedServer {
  func transport(
    _ client: HTTPClient, dialect: EndpointDialect = .inkstone, key: String? = nil,
    timeouts: EndpointTimeouts = EndpointTimeouts(),
    retries: RetryBudget = RetryBudget(attempts: 3, pause: .milliseconds(1), longestPause: .seconds(2))
  ) throws -> EndpointClient {
    EndpointClient(
      Endpoint(
        address: address + "/v1", key: try key.map { secret throws(GenerationError) in try EndpointKey(secret) },
        dialect: dialect, timeouts: timeouts),
      retries: retries, client: client, clock: ContinuousClock())
  }

  func model(_ transport: EndpointClient) -> RemoteChatModel {
    RemoteChatModel("m", over: transport, clock: ContinuousClock())
  }
}

extension GenerationStream {
  /// All events, or the error, with what came before it.
  func outcome() async -> (events: [GenerationEvent], error: GenerationError?) {
    var events: [GenerationEvent] = []
    var iterator = makeAsyncIterator()
    do throws(GenerationError) {
      while let event = try await iterator.next() { events.append(event) }
      return (events, nil)
    } catch {
      return (events, error)
    }
  }
}

/// Repeats a look until it is true; a test that never gets there hangs and is stopped by the runner.
func until(_ condition: () async -> Bool) async {
  // Leaves the processor to those who are waited for.
  while await !condition() { try? await Task.sleep(for: .milliseconds(2)) }
}

/// `data:` lines of chunks with these members of `choices[0]`, each an event of its own.
func chunks(_ choices: String...) -> String {
  choices.map { "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"choices\":[\($0)]}\n\n" }.joined()
}

let helloChunks =
  chunks(
    #"{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}"#,
    #"{"index":0,"delta":{"content":"Hel"},"finish_reason":null}"#,
    #"{"index":0,"delta":{"content":"lo"},"finish_reason":null}"#,
    #"{"index":0,"delta":{},"finish_reason":"stop"}"#)
  + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2,"
  + "\"prompt_tokens_details\":{\"cached_tokens\":3}}}\n\n"

let helloResult = GenerationResult(
  finishReason: .endToken(nil), counts: TokenCounts(prompt: 7, cachedPrompt: 3, completion: 2))
