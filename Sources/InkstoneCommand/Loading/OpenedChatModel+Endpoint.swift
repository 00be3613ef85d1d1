import AsyncHTTPClient
import InkChat
import InkRemote

extension OpenedChatModel {
  /// A model behind an endpoint, of which its list of models tells the kind and the context.
  ///
  /// An endpoint without such a list is taken for one of which nothing is known.
  ///
  /// - Throws: `unavailable` when nobody answers at the address, `notAuthorized` when the key is not the right one.
  static func opened(
    _ name: String, at endpoint: Endpoint, client: HTTPClient
  ) async throws(GenerationError) -> OpenedChatModel {
    var asking = endpoint
    asking.timeouts = EndpointTimeouts(head: .seconds(15), idle: .seconds(15), total: .seconds(15))
    var known: [EndpointModel] = []
    do throws(GenerationError) {
      known = try await EndpointClient(asking, retries: .none, client: client, clock: .continuous)
        .models(clock: .continuous)
    } catch {
      switch error.code {
      case .unavailable, .notAuthorized, .cancelled: throw error
      default: break
      }
    }
    var endpoint = endpoint
    endpoint.dialect = EndpointDialect(of: known)
    let model = RemoteChatModel(
      name, over: EndpointClient(endpoint, client: client, clock: .continuous), clock: .continuous)
    let told = known.first { $0.name == name || $0.aliases.contains(name) }
    return OpenedChatModel(model, contextLength: told?.contextLength, side: .remote(endpoint.dialect))
  }
}
