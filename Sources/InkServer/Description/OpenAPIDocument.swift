import HTTPTypes
import InkChat

/// The server's description of itself, in OpenAPI 3.1, made from the routes that are registered.
struct OpenAPIDocument {
  let routes: [RouteTemplate]
  let settings: ServerSettings

  var json: JSONValue {
    var paths: [JSONMember] = []
    for route in routes {
      let path = route.openAPIPath
      let operation = JSONMember(route.method.rawValue.lowercased(), operation(route))
      if let index = paths.firstIndex(where: { $0.name == path }), case .object(let members) = paths[index].value {
        paths[index].value = .object(members + [operation])
      } else {
        paths.append(JSONMember(path, .object([operation])))
      }
    }
    var components = [JSONMember("schemas", .object(Schema.shared))]
    if !settings.keys.isEmpty {
      components.append(JSONMember("securitySchemes", ["key": ["type": "http", "scheme": "bearer"]]))
    }
    return [
      "openapi": "3.1.0",
      "info": [
        "title": "Inkstone", "version": .string(settings.version),
        "description":
          "Errors have the shape of OpenAI's. Fields that a route does not know are named in the header x-inkstone-warning, or refused where the server is strict.",
      ],
      "paths": .object(paths), "components": .object(components),
    ]
  }

  private func operation(_ route: RouteTemplate) -> JSONValue {
    let about = route.about
    var members = [JSONMember("summary", .string(about.summary))]
    if !about.details.isEmpty { members.append(JSONMember("description", .string(about.details))) }
    let parameters = route.pathParameters.map { name -> JSONValue in
      ["name": .string(name), "in": "path", "required": true, "schema": ["type": "string", "minLength": 1]]
    }
    if !(parameters + about.parameters).isEmpty {
      members.append(JSONMember("parameters", .array(parameters + about.parameters)))
    }
    switch about.body {
    case .none: break
    case .json(let schema): members.append(Self.requestBody("application/json", schema))
    case .form(let schema): members.append(Self.requestBody("multipart/form-data", schema))
    }
    members.append(JSONMember("responses", responses(about, route.errors)))
    if !settings.keys.isEmpty, route.access != .open { members.append(JSONMember("security", [["key": []]])) }
    return .object(members)
  }

  private static func requestBody(_ mediaType: String, _ schema: JSONValue) -> JSONMember {
    JSONMember(
      "requestBody",
      ["required": true, "content": .object([JSONMember(mediaType, ["schema": schema])])])
  }

  private func responses(_ about: RouteDescription, _ errors: ErrorShape) -> JSONValue {
    let content = about.answers.map { answer in
      JSONMember(answer.mediaType, answer.schema.map { ["schema": $0] } ?? .object([]))
    }
    let failure: JSONValue = ["application/json": ["schema": errors.schema]]
    return [
      "200": ["description": "The answer.", "content": .object(content)],
      "4XX": ["description": "The request cannot be answered as it is.", "content": failure],
      "5XX": ["description": "The server cannot answer it, or not now.", "content": failure],
    ]
  }
}
