package import HTTPTypes

extension HTTPField.Name {
  /// `x-request-id`: names a request in logs on both sides.
  package static var requestIdentifier: HTTPField.Name { known("x-request-id") }
  /// `x-inkstone-warning`: what was accepted and had no effect.
  package static var inkstoneWarning: HTTPField.Name { known("x-inkstone-warning") }
  /// `x-api-key`: where Anthropic's clients put the key.
  package static var keyOfClient: HTTPField.Name { known("x-api-key") }
  /// `x-ratelimit-limit-requests`: requests in a minute.
  package static var rateLimit: HTTPField.Name { known("x-ratelimit-limit-requests") }
  /// `x-ratelimit-remaining-requests`: requests that are left now.
  package static var rateRemaining: HTTPField.Name { known("x-ratelimit-remaining-requests") }
  /// `x-ratelimit-reset-requests`: time until all of them are there again.
  package static var rateReset: HTTPField.Name { known("x-ratelimit-reset-requests") }

  /// A name that is written above and so cannot be wrong: the other name is never taken.
  private static func known(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .accept }
}
