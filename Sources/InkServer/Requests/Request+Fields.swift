package import Hummingbird
package import InkChat
import Logging

extension Request {
  /// The members of the body, which must be a JSON object.
  ///
  /// - Throws: what reading the body throws; `unsupportedMediaType` for a body that names another type;
  ///   `invalidRequest` for one that is not JSON, too deep, not UTF-8 or no object.
  package func fields(_ context: ServerContext, _ services: ServerServices) async throws(ServerError) -> RequestFields {
    try RequestFields(try await json(context, services))
  }

  /// The body as JSON.
  ///
  /// - Throws: as `fields`.
  package func json(_ context: ServerContext, _ services: ServerServices) async throws(ServerError) -> JSONValue {
    try checkMediaType()
    let bytes = try await bodyBytes(context, services)
    switch services.settings.promptLogging {
    case .off: break
    case .bodies: context.logger.info("body", metadata: ["body": .string(String(decoding: bytes, as: UTF8.self))])
    }
    do throws(JSONError) {
      return try JSONValue(parsing: bytes, limits: services.settings.limits.json)
    } catch {
      throw ServerError(.invalidRequest, "The body is not the JSON that is expected. \(error)", code: "invalid_json")
    }
  }

  /// Programs that send JSON without saying so are common.
  private func checkMediaType() throws(ServerError) {
    if let coding = headers[.contentEncoding]?.lowercased(), coding != "identity" {
      throw ServerError(
        .unsupportedMediaType, "The body is compressed (\(coding.prefix(80))); this server reads it as it is.",
        code: "unsupported_media_type")
    }
    guard let type = headers[.contentType]?.lowercased() else { return }
    if type.hasPrefix("application/json") || type.contains("+json") { return }
    if type.hasPrefix("multipart/") || type.hasPrefix("application/xml") {
      throw ServerError(
        .unsupportedMediaType, "The body is of type \(type.prefix(80)); this route reads application/json.",
        code: "unsupported_media_type")
    }
  }
}
