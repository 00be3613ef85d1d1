import AsyncHTTPClient
import NIOCore

/// Asks a hub's API for JSON, with retries and a bound on the answer's length.
struct HubAPIRequest {
  let transport: HubTransport
  let configuration: HubConfiguration
  let clock: any Clock<Duration>
  let events: HubEventHandler

  /// The body of the answer and the address of the next page, if the answer is one of several.
  func get(
    _ address: HubAddress, token: String?, hub: HubRepository.Hub, subject: String
  ) async throws(HubError) -> (body: [UInt8], next: HubAddress?) {
    var retry = HubRetry(policy: configuration.retry, clock: clock, subject: subject, events: events)
    while true {
      var requested: Duration?
      let failure: HubError
      do throws(HubError) {
        let answer = try await transport.get(.init(address: address, token: token))
        switch HubStatus(answer, subject: subject, hasToken: token != nil, hub: hub) {
        case .good:
          return (try await collect(answer, subject), try nextPage(answer, of: address))
        case .transient(let error, let pause):
          failure = error
          requested = pause
        case .final(let error):
          throw error
        }
      } catch {
        failure = error
      }
      try await retry.pauseOrThrow(failure, requested: requested)
    }
  }

  private func collect(_ answer: HubTransport.Answer, _ subject: String) async throws(HubError) -> [UInt8] {
    var bytes: [UInt8] = []
    var iterator = answer.body.makeAsyncIterator()
    while true {
      do {
        guard var buffer = try await iterator.next() else { return bytes }
        bytes += buffer.readBytes(length: buffer.readableBytes) ?? []
      } catch {
        throw HubTransport.failure(error, at: answer.address)
      }
      guard bytes.count <= configuration.apiResponseLimit else {
        throw HubError(
          .badResponse, context: "\(subject) (\(answer.address.description))",
          expected: "at most \(configuration.apiResponseLimit) bytes", found: "more", hint: "Check the hub's address")
      }
    }
  }

  /// `Link: <address>; rel="next"`; a next page on another host is not followed.
  private func nextPage(_ answer: HubTransport.Answer, of address: HubAddress) throws(HubError) -> HubAddress? {
    guard let link = answer.header("Link"), link.contains("rel=\"next\""), let open = link.firstIndex(of: "<"),
      let close = link.firstIndex(of: ">"), open < close
    else { return nil }
    let next = try answer.address.following(location: String(link[link.index(after: open)..<close]))
    guard next.origin == address.origin else {
      throw HubError(
        .redirect, context: address.description, expected: "a next page on the same host", found: next.description)
    }
    return next
  }
}
