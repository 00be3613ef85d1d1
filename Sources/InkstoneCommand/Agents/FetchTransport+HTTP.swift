import Dispatch
import Foundation
import InkChains
import InkRemote

extension FetchTransport {
  /// Pages over HTTP, with the names that the system's resolver knows. Which addresses may be fetched is decided by
  /// ``PageFetcher``, between the two.
  static func http(_ fetch: PinnedFetch = PinnedFetch()) -> FetchTransport {
    FetchTransport(
      resolve: { host in
        // The resolver blocks its thread, which must not be one that tasks run on.
        await withCheckedContinuation { continuation in
          DispatchQueue.global().async { continuation.resume(returning: Host(name: host).addresses) }
        }
      },
      fetch: { address, network, limit in
        let host = address.host ?? network
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        let response = try await fetch.response(
          of: address.absoluteString, host: bare, network: network, limit: limit)
        return Response(
          status: response.status, location: response.location, contentType: response.contentType, body: response.body)
      })
  }
}
