import Hummingbird
import InkChat

/// `POST /v1/batches`.
struct CreateBatchRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.post, "/v1/batches", about: Self.description) { request, context in
      var fields = try await request.fields(context, services)
      let owner = context.identity.name
      let batch = try await Self.batch(&fields, owner: owner, services)
      let warnings = try fields.finish(services.settings.unknownFields)
      let identifier = StoredIdentifier(new: .batch, from: services.identifiers)
      let record = try await services.store.batches.insert(identifier, owner: owner, body: batch.body)
      services.batches.submit(identifier)
      return .json(
        batch.object(identifier, created: record.created, progress: batch.progress), warnings: warnings)
    }
  }

  private static func batch(
    _ fields: inout RequestFields, owner: String, _ services: ServerServices
  ) async throws(ServerError) -> BatchRecord {
    let text = try fields.requiredString("input_file_id")
    guard let endpoint = try fields.word("endpoint", of: BatchEndpoint.self) else { throw fields.missing("endpoint") }
    let window = try fields.requiredString("completion_window")
    let seconds = try seconds(of: window, fields)
    let metadata = try fields.metadata() ?? []
    let lifetime = try fields.object("output_expires_after") { (after) throws(ServerError) -> Int in
      guard try after.requiredString("anchor") == "created_at" else { throw after.invalid("anchor", "\"created_at\"") }
      guard let seconds = try after.integer("seconds", in: 3600...2_592_000) else { throw after.missing("seconds") }
      return seconds
    }
    guard let file = StoredIdentifier(text, .file),
      let record = try await services.store.files.record(file, owner: owner)
    else {
      throw ServerError(
        .invalidRequest, "There is no file \"\(text.prefix(80))\".", param: "input_file_id", code: "not_found")
    }
    guard try FileRecord(record.body).purpose == .batch else {
      throw fields.invalid("input_file_id", "a file whose purpose is \"batch\"")
    }
    var batch = BatchRecord(
      endpoint: endpoint, inputFile: file, window: window, metadata: metadata,
      deadline: services.clock.secondsSince1970() + seconds)
    batch.fileLifetime = lifetime
    return batch
  }

  /// The time that a batch may take: `24h` with OpenAI, any number of hours up to two weeks here.
  private static func seconds(of window: String, _ fields: RequestFields) throws(ServerError) -> Int {
    guard window.hasSuffix("h"), let hours = Int(window.dropLast()), (1...336).contains(hours) else {
      throw fields.invalid("completion_window", "a number of hours, such as \"24h\"", found: .string(window))
    }
    return hours * 3600
  }
}
