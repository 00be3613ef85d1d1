#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

import AsyncHTTPClient
package import InkChat
import InkFormats
import InkInference
import InkRemote
import InkRetrieval
import InkTensor
import InkTokenizers

/// The models of a knowledge command: embedder, reranker and the one that answers, local or remote.
package struct KnowledgeModels: Sendable {
  /// The model that answers when none is named.
  package static let defaultChatModel = ModelRegistry.defaultName

  private let opener: ModelOpener
  private let cpu: CPU
  private let client: HTTPClient

  /// Opens models for a piece of work and closes connections behind it.
  package static func with<Result: Sendable>(
    _ options: KnowledgeOptions, _ work: @escaping @Sendable (KnowledgeModels) async throws -> Result
  ) async throws -> Result {
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .remoteModels())
    let models = KnowledgeModels(
      opener: ModelOpener(network: options.machine.network, output: options.output), cpu: options.machine.makeCPU(),
      client: client)
    do {
      let result = try await Interruption.cancelling { try await work(models) }
      try? await client.shutdown()
      return result
    } catch {
      try? await client.shutdown()
      throw error
    }
  }

  /// What turns texts into vectors.
  package func embedder(_ reference: String) async throws -> any Embedder {
    switch try ModelPlace(reference) {
    case .local(let name):
      return LocalEmbedder(try SentenceEncoder.load(try await opener.resolve(name), cpu: cpu), limit: .cut)
    case .remote(let address, let model):
      return try await RemoteEmbedder.measured(model, over: try transport(address), clock: .continuous)
    }
  }

  /// What scores documents for a query.
  package func reranker(_ reference: String) async throws -> any Reranker {
    switch try ModelPlace(reference) {
    case .local(let name):
      return LocalReranker(try CrossEncoder.load(try await opener.resolve(name), cpu: cpu), limit: .cut)
    case .remote(let address, let model):
      return RemoteReranker(model, over: try transport(address), clock: .continuous)
    }
  }

  /// What answers, and how it counts tokens where that is known.
  package func chat(
    _ reference: String
  ) async throws -> (model: any ChatModel, length: (@Sendable (String) -> Int)?) {
    switch try ModelPlace(reference) {
    case .local(let name):
      let loaded = try await opener.load(name, on: cpu).model
      return (LocalChatModel(loaded), { loaded.tokenizer.encode($0).count })
    case .remote(let address, let model):
      return (RemoteChatModel(model, over: try transport(address), clock: .continuous), nil)
    }
  }

  private func transport(_ address: String) throws(GenerationError) -> EndpointClient {
    let environment = ProcessInfo.processInfo.environment
    let secret = environment["INKSTONE_ENDPOINT_KEY"] ?? environment["OPENAI_API_KEY"]
    return EndpointClient(
      Endpoint(address: address, key: try secret.map { (text) throws(GenerationError) in try EndpointKey(text) }),
      client: client, clock: .continuous)
  }
}
