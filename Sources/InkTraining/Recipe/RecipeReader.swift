import InkFormats
import Yams

/// One mapping of a recipe, read strictly: what nobody asked for by the end is an error.
struct RecipeReader {
  let origin: RecipeOrigin
  /// Where the mapping stands, such as `data[0]`; empty at the top.
  let path: String
  private let line: Int?
  private let members: [(name: String, line: Int?, value: Node)]
  private var asked: [String] = []

  init(_ node: Node, _ origin: RecipeOrigin, path: String) throws(TrainingError) {
    guard case .mapping(let mapping) = node else {
      throw TrainingError(
        .invalidValue, context: origin.context(line: node.mark?.line, place: path), expected: "names with values",
        found: node.words)
    }
    self.origin = origin
    self.path = path
    line = mapping.mark?.line
    var members: [(name: String, line: Int?, value: Node)] = []
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key else {
        throw TrainingError(
          .invalidValue, context: origin.context(line: key.mark?.line, place: path), expected: "a name",
          found: key.words)
      }
      members.append((scalar.string, scalar.mark?.line, value))
    }
    self.members = members
  }

  /// A part that is not there.
  init(emptyIn outer: RecipeReader, name: String) {
    origin = outer.origin
    path = outer.place(of: name)
    line = outer.line
    members = []
  }

  /// Whether the command line set this name.
  func isSet(_ name: String) -> Bool { origin.settings[place(of: name)] != nil }

  /// The names that are there, in order.
  var names: [String] { members.map(\.name) }

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
        .unknownKey, context: origin.context(line: member.line, place: place(of: member.name)),
        expected: "one of \(asked.sorted().joined(separator: ", "))",
        hint: nearest.map { "Did you mean \($0)?" } ?? "")
    }
  }

  func place(of name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  /// The error of a value: `node` where it is known, otherwise the member of that name, or the whole mapping.
  func error(
    _ name: String, at node: Node? = nil, code: TrainingError.Code = .invalidValue, expected: String,
    found: String? = nil, hint: String = ""
  ) -> TrainingError {
    let member = members.first { $0.name == name }
    return TrainingError(
      code, context: origin.context(line: node?.mark?.line ?? member?.line ?? line, place: place(of: name)),
      expected: expected, found: found ?? (node ?? member?.value)?.words ?? "nothing", hint: hint)
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
