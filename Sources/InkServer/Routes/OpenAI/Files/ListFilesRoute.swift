import Hummingbird
import InkChat

/// `GET /v1/files`.
struct ListFilesRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.get, "/v1/files", about: Self.description) { request, context in
      var fields = try request.query(numbers: ["limit"])
      let query = try ListQuery(&fields, .file, limit: (10_000, 10_000))
      let purpose = try fields.purpose(of: FilePurpose.allCases)
      let warnings = try fields.finish(services.settings.unknownFields)
      let page = try await services.store.files.page(
        owner: context.identity.name, after: query.after, limit: query.limit, order: query.order
      ) { record in purpose == nil || (try? FileRecord(record.body))?.purpose == purpose }
      return .json(try page.json { record throws(ServerError) in try record.fileObject() }, warnings: warnings)
    }
  }
}
