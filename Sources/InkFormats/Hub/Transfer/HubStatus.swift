/// What an HTTP status means for us.
enum HubStatus: Sendable {
  /// The body is what was asked for.
  case good
  /// Trying again may help; the server may have named a pause.
  case transient(HubError, pause: Duration?)
  /// Trying again does not help.
  case final(HubError)

  init(_ answer: HubTransport.Answer, subject: String, hasToken: Bool, hub: HubRepository.Hub) {
    let place = "\(subject) (\(answer.address.description))"
    let tokenName = hub == .huggingFace ? "HF_TOKEN" : "MODELSCOPE_API_TOKEN"
    switch answer.status {
    case 200, 206:
      self = .good
    case 401:
      self = .final(
        HubError(
          .unauthorized, context: place, expected: "access", found: "status 401",
          hint: hasToken
            ? "The token in \(tokenName) is not valid, or there is no such model; check both"
            : "There is no such model, or it is private: check the name, or set \(tokenName) to an access token"))
    case 403:
      self = .final(
        HubError(
          .forbidden, context: place, expected: "access", found: "status 403",
          hint: "Accept the model's terms on its page, then use a token (\(tokenName)) of the same account"))
    case 404, 410:
      self = .final(
        HubError(
          .notFound, context: place, expected: "a model, revision or file of this name",
          found: "status \(answer.status)",
          hint: "Check the spelling on the hub's page"))
    case 408, 425, 500...599:
      self = .transient(
        HubError(
          .serverFailure, context: place, expected: "an answer", found: "status \(answer.status)",
          hint: "The hub has a problem; try again later or use a mirror"), pause: HubStatus.requestedPause(answer))
    case 429:
      self = .transient(
        HubError(
          .rateLimited, context: place, expected: "an answer", found: "status 429, too many requests",
          hint: "Wait some minutes" + (hasToken ? "" : ", or set \(tokenName): known users may ask more often")),
        pause: HubStatus.requestedPause(answer))
    default:
      self = .final(
        HubError(
          .badResponse, context: place, expected: "status 200 or 206", found: "status \(answer.status)",
          hint: "Check the hub's address"))
    }
  }

  /// The seconds in `Retry-After`; a date there is not followed, our own pause is used then.
  private static func requestedPause(_ answer: HubTransport.Answer) -> Duration? {
    guard let seconds = answer.header("Retry-After").flatMap({ Int64($0) }), seconds >= 0 else { return nil }
    return .seconds(min(seconds, 1_000_000))
  }
}
