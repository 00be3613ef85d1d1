import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /v1/files/{id}/content`: the bytes as they were uploaded, read while they are sent.
struct FileContentRoute: ServerRoute {
  private static let pieceBytes = 256 << 10

  func register(on routes: ServerRoutes) {
    let files = routes.services.store.files
    routes.on(.get, "/v1/files/{id}/content", about: Self.description) { _, context in
      let identifier = try context.identifier(.file)
      guard let record = try await files.record(identifier, owner: context.identity.name) else {
        throw ServerError.noSuch(.file, identifier.description)
      }
      let size = try FileRecord(record.body).byteCount
      // What somebody uploaded is never shown as a page of this server.
      let headers: HTTPFields = [
        .contentType: "application/octet-stream", .contentDisposition: "attachment", .xContentTypeOptions: "nosniff",
      ]
      let body = ResponseBody(contentLength: size) { writer in
        var offset = 0
        while offset < size {
          let bytes = try await files.read(
            identifier, .content, at: offset, count: min(Self.pieceBytes, size - offset))
          guard !bytes.isEmpty else { throw ServerError.noSuch(.file, identifier.description) }
          try await writer.write(ByteBuffer(bytes: bytes))
          offset += bytes.count
        }
        try await writer.finish(nil)
      }
      return Response(status: .ok, headers: headers, body: body)
    }
  }
}
