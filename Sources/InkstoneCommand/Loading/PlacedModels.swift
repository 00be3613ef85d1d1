#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

import AsyncHTTPClient
package import InkChains
package import InkChat
import InkFormats
import InkInference
import InkModels
import InkRemote
import InkRetrieval
import InkModels
import InkTensor
import InkTokenizers

/// Opens models by where they are, local or remote: embedders, rerankers and those that answer.
package struct PlacedModels: Sendable {
  /// The model that answers when none is named.
  package static let defaultChatModel = ModelRegistry.defaultName

  private let opener: ModelOpener
  private let cpu: CPU
  private let client: HTTPClient
  /// What counts the requests to chat models; nil where nobody does here, as for chains, which do so themselves.
  private var meter: BudgetMeter?

  /// Opens models for a piece of work and closes connections behind it.
  package static func with<Result: Sendable>(
    _ machine: MachineOptions, output: OutputOptions,
    _ work: @escaping @Sendable (PlacedModels) async throws -> Result
  ) async throws -> Result {
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .remoteModels())
    let models = PlacedModels(
      opener: ModelOpener(network: machine.network, output: output), cpu: machine.makeCPU(), client: client)
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

  /// How many weights a model has; nil behind an endpoint.
  private func parameterCount(_ reference: String) async throws -> Int? {
    switch try ModelPlace(reference) {
    case .local(let name): try await opener.resolve(name).parameterCount()
    case .remote: nil
    }
  }

  /// The same models, the requests to those that answer counted by a meter.
  package func counted(by meter: BudgetMeter) -> PlacedModels {
    var models = self
    models.meter = meter
    return models
  }

  /// What answers.
  package func chat(_ reference: String) async throws -> OpenedChatModel {
    let opened = try await open(reference)
    return meter.map { opened.counted(by: $0) } ?? opened
  }

  private func open(_ reference: String) async throws -> OpenedChatModel {
    switch try ModelPlace(reference) {
    case .local(let name):
      let loaded = try await opener.load(name, on: cpu).model
      try loaded.conversationTemplate()
      return OpenedChatModel(
        LocalChatModel(loaded), of: loaded, parameterCount: try await parameterCount(reference))
    case .remote(let address, let model):
      return try await OpenedChatModel.opened(model, at: try Self.endpoint(address), client: client)
    }
  }

  /// Opens a chat model behind an endpoint for a piece of work that sees to signals itself, and closes connections behind
  /// it.
  static func withChat(
    _ model: String, at address: String, _ work: (OpenedChatModel) async throws -> Void
  ) async throws {
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .remoteModels())
    do {
      try await work(try await OpenedChatModel.opened(model, at: try endpoint(address), client: client))
      try? await client.shutdown()
    } catch {
      try? await client.shutdown()
      throw error
    }
  }

  private func transport(_ address: String) throws(GenerationError) -> EndpointClient {
    EndpointClient(try Self.endpoint(address), client: client, clock: .continuous)
  }

  private static func endpoint(_ address: String) throws(GenerationError) -> Endpoint {
    let environment = ProcessInfo.processInfo.environment
    let secret = environment["INKSTONE_ENDPOINT_KEY"] ?? environment["OPENAI_API_KEY"]
    return Endpoint(address: address, key: try secret.map { (text) throws(GenerationError) in try EndpointKey(text) })
  }
}
