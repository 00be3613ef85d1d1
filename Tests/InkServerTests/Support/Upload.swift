import HTTPTypes
import HummingbirdTesting
import InkServer
import NIOCore

extension TestClientProtocol {
  /// Sends a form to `/v1/files`.
  func upload(
    _ content: String, name: String = "in.jsonl", purpose: String = "batch", further: [(String, String)] = [],
    headers: HTTPFields = [:]
  ) async throws -> TestResponse {
    let form = Form.text(content, name: name, fields: [("purpose", purpose)] + further)
    return try await uploadRaw(form, headers: headers)
  }

  /// Sends any body as a form.
  func uploadRaw(
    _ body: String, contentType: String = "multipart/form-data; boundary=\(Form.boundary)", headers: HTTPFields = [:]
  ) async throws -> TestResponse {
    var headers = headers
    headers[.contentType] = contentType
    return try await execute(uri: "/v1/files", method: .post, headers: headers, body: ByteBuffer(string: body)) { $0 }
  }

  func delete(_ path: String, headers: HTTPFields = [:]) async throws -> TestResponse {
    try await execute(uri: path, method: .delete, headers: headers, body: nil) { $0 }
  }
}

/// Forms as browsers and clients write them.
enum Form {
  static let boundary = "----inkstone"

  static func text(_ content: String, name: String, fields: [(String, String)]) -> String {
    var form = ""
    for (name, value) in fields {
      form += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }
    return form
      + "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n"
      + "Content-Type: application/octet-stream\r\n\r\n\(content)\r\n--\(boundary)--\r\n"
  }
}

/// A clock whose date a test sets.
extension ServerClock {
  static func dated(_ seconds: @escaping @Sendable () -> Int) -> ServerClock {
    var clock = ServerClock.system
    clock.secondsSince1970 = seconds
    return clock
  }
}
