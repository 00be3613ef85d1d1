import InkFormats
import Yams

/// One mapping of a recipe, read strictly: what nobody asked for by the end is an error.
struct RecipeReader {
  let file: String
  /// Where the mapping stands, such as `data[0]`; empty at the top.
  let path: String
  private let members: [(name: String, line: Int?, value: Node)]
  private var asked: [String] = []

  init(_ node: Node, file: String, path: String) throws(TrainingError) {
    guard case .mapping(let mapping) = node else {
      throw TrainingError(
        .invalidValue, context: RecipeReader.context(file, node.mark?.line, path), expected: "names with values",
        found: node.words)
    }
    self.file = file
    self.path = path
    var members: [(name: String, line: Int?, value: Node)] = []
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key else {
        throw TrainingError(
          .invalidValue, context: RecipeReader.context(file, key.mark?.line, path), expected: "a name", found: key.words
        )
      }
      members.append((scalar.string, scalar.mark?.line, value))
    }
    self.members = members
  }

  static func context(_ file: String, _ line: Int?, _ place: String) -> String {
    let position = line.map { "\(file):\($0)" } ?? file
    return place.isEmpty ? position : "\(position): \(place)"
  }

  /// The names that are there, in order.
  var names: [String] { members.map(\.name) }

  func has(_ name: String) -> Bool { members.contains { $0.name == name } }

  /// The value of that name; nil when it is not there or empty.
  mutating func node(_ name: String) -> Node? {
    asked.append(name)
    guard let value = members.first(where: { $0.name == name })?.value, !value.isNull else { return nil }
    return value
  }

  /// Refuses names that were not asked for.
  func finish() throws(TrainingError) {
    for member in members where !asked.contains(member.name) {
      let nearest = NameDistance.nearest(to: member.name, among: asked)
      throw TrainingError(
        .unknownKey, context: RecipeReader.context(file, member.line, place(of: member.name)),
        expected: "one of \(asked.sorted().joined(separator: ", "))",
        hint: nearest.map { "Did you mean \($0)?" } ?? "")
    }
  }

  func place(of name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  func error(
    _ name: String, at node: Node? = nil, code: TrainingError.Code = .invalidValue, expected: String,
    found: String? = nil, hint: String = ""
  ) -> TrainingError {
    let line = node?.mark?.line ?? members.first { $0.name == name }?.line
    return TrainingError(
      code, context: RecipeReader.context(file, line, place(of: name)), expected: expected,
      found: found ?? node?.words ?? "nothing", hint: hint)
  }
}

extension Node {
  var isNull: Bool { tag.rawValue == Tag.Name.null.rawValue }
  var isText: Bool { tag.rawValue == Tag.Name.str.rawValue }
  var isNumber: Bool { tag.rawValue == Tag.Name.int.rawValue || tag.rawValue == Tag.Name.float.rawValue }
  var isBoolean: Bool { tag.rawValue == Tag.Name.bool.rawValue }

  /// What it is, for messages.
  var words: String {
    switch self {
    case .scalar(let scalar): isNull ? "nothing" : "\"\(scalar.string.prefix(60))\""
    case .mapping: "names with values"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }
}
