package import HTTPTypes
package import Hummingbird
package import InkChat
import NIOCore

extension Response {
  /// A JSON document.
  ///
  /// - Parameter warnings: places of fields that had no effect, for the header `x-inkstone-warning`.
  package static func json(
    _ value: JSONValue, status: HTTPResponse.Status = .ok, warnings: [String] = [], headers: HTTPFields = [:]
  ) -> Response {
    var headers = headers
    headers[.contentType] = "application/json"
    headers.warn(of: warnings)
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: value.text)))
  }

  /// Plain bytes of some type.
  package static func bytes(_ bytes: [UInt8], mediaType: String, headers: HTTPFields = [:]) -> Response {
    var headers = headers
    headers[.contentType] = mediaType
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// An error.
  package static func failure(
    _ error: ServerError, _ shape: ErrorShape, _ context: ServerContext, headers: HTTPFields = [:]
  ) -> Response {
    var headers = headers
    if let seconds = error.retryAfter { headers[.retryAfter] = String(seconds) }
    if error.kind == .authentication { headers[.wwwAuthenticate] = "Bearer" }
    let body = shape.body(of: error, requestIdentifier: context.requestIdentifier)
    return json(body, status: HTTPResponse.Status(code: error.status), headers: headers)
  }
}

extension HTTPFields {
  /// Names fields without effect. Header fields are ASCII and short.
  package mutating func warn(of places: [String]) {
    guard !places.isEmpty else { return }
    var list = places.prefix(16).map { place in
      String(place.unicodeScalars.prefix(64).map { (0x21..<0x7F).contains($0.value) ? Character($0) : "?" })
    }
    if places.count > 16 { list.append("\(places.count - 16) more") }
    self[.inkstoneWarning] = "unknown fields without effect: " + list.joined(separator: ", ")
  }
}
