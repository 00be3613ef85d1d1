import Hummingbird
import InkChat

/// A form with a file, whose bytes go to the store while they arrive.
struct FileUpload: Sendable {
  /// The most bytes that a plain value may have.
  private static let valueBytes = 64 << 10

  private let store: RecordStore
  private var draft: (any BlobDraft)?
  private var fileName: String?
  private var values: [JSONMember] = []
  private var part: MultipartPart?
  private var value: [UInt8] = []

  init(_ store: RecordStore) {
    self.store = store
  }

  /// Everything the form tells, once it is over.
  struct Form: Sendable {
    var fileName: String
    var content: any BlobDraft
    var fields: RequestFields
  }

  /// Reads the form of a request.
  ///
  /// - Throws: `unsupportedMediaType`, `invalidRequest`, `tooLarge`, `requestTimeout`.
  static func read(
    _ request: Request, _ context: ServerContext, _ services: ServerServices
  ) async throws(ServerError) -> Form {
    let limits = services.store.limits
    let boundary = try MultipartReader.boundary(contentType: request.headers[.contentType])
    do throws(ServerError) {
      let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
      // A form is a little larger than its file.
      guard announced <= limits.files.itemBytes.addingReportingOverflow(1 << 20).partialValue else {
        throw Self.tooLarge(limits.files.itemBytes)
      }
      let outcome = await withTaskGroup(of: Result<Form, ServerError>.self) { group in
        let body = request.body
        group.addTask { await Self.collect(body, boundary, services) }
        group.addTask {
          try? await services.clock.sleep(limits.uploadTime)
          return .failure(
            ServerError(
              .requestTimeout, "The file did not arrive in \(limits.uploadTime.components.seconds) seconds.",
              code: "body_timeout"))
        }
        let first = await group.next()
        group.cancelAll()
        return first ?? .failure(.invalidForm("it is empty"))
      }
      return try outcome.get()
    } catch {
      // The rest of the body is of no use to anybody.
      context.connection.closeAfterResponse()
      throw error
    }
  }

  private static func collect(
    _ body: RequestBody, _ boundary: String, _ services: ServerServices
  ) async -> Result<Form, ServerError> {
    var reader = MultipartReader(boundary: boundary)
    var upload = FileUpload(services.store.files)
    do {
      for try await buffer in body {
        for event in try reader.read(Array(buffer.readableBytesView)) { try await upload.add(event) }
      }
      try reader.finish()
      return .success(try upload.form())
    } catch let error as ServerError {
      return .failure(error)
    } catch {
      return .failure(ServerError(.invalidRequest, "The request's body breaks off.", code: "invalid_body"))
    }
  }

  private mutating func add(_ event: MultipartReader.Event) async throws(ServerError) {
    switch event {
    case .part(let part):
      self.part = part
      value = []
      if part.name == "file" {
        guard draft == nil else { throw .invalidForm("it has more than one \"file\"") }
        draft = try await store.draft()
        fileName = part.fileName ?? "file"
      }
    case .bytes(let bytes):
      if part?.name == "file", let draft {
        guard bytes.count <= store.limits.itemBytes - draft.size else { throw Self.tooLarge(store.limits.itemBytes) }
        try await BlockingWork.run { () throws(ServerError) in try draft.write(bytes) }
      } else {
        guard bytes.count <= Self.valueBytes - value.count else {
          throw .invalidForm("the field \"\(part?.name.prefix(80) ?? "")\" is too long")
        }
        value += bytes
      }
    case .partEnd:
      if let part, part.name != "file" {
        guard let text = String(validating: value, as: UTF8.self) else {
          throw .invalidForm("the field \"\(part.name.prefix(80))\" is not UTF-8")
        }
        values.append(JSONMember(part.name, .string(text)))
      }
      part = nil
    }
  }

  private func form() throws(ServerError) -> Form {
    let fields = try RequestFields(.object(values))
    guard let draft, let fileName else { throw fields.missing("file") }
    return Form(fileName: fileName, content: draft, fields: fields)
  }

  private static func tooLarge(_ limit: Int) -> ServerError {
    ServerError(
      .tooLarge, "The file is larger than \(limit) bytes, the most this server keeps.", code: "file_too_large")
  }
}
