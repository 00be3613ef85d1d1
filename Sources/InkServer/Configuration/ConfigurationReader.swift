import Yams

/// One mapping of a configuration file, read strictly: what nobody asked for by the end is an error.
struct ConfigurationReader {
  let file: String
  /// Where the mapping stands, such as `models[0].cache`; empty at the top.
  let path: String
  let line: Int?
  private let members: [(name: String, line: Int?, value: Node)]
  private var asked: [String] = []

  /// Reads the whole file.
  static func open(_ text: String, file: String) throws(ConfigurationError) -> ConfigurationReader {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text, .basic)
    } catch let error as YamlError {
      throw ConfigurationError(error, file: file)
    } catch {
      throw ConfigurationError(file: file, found: "\(error)")
    }
    guard let root else {
      throw ConfigurationError(file: file, expected: "the parts server, models or gateway", found: "an empty file")
    }
    return try ConfigurationReader(root, file: file, path: "")
  }

  init(_ node: Node, file: String, path: String) throws(ConfigurationError) {
    guard case .mapping(let mapping) = node else {
      throw ConfigurationError(
        file: file, line: node.mark?.line, context: path, expected: "names with values", found: node.kindInWords)
    }
    self.file = file
    self.path = path
    line = mapping.mark?.line
    var members: [(name: String, line: Int?, value: Node)] = []
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key else {
        throw ConfigurationError(
          file: file, line: key.mark?.line, context: path, expected: "a name", found: key.kindInWords)
      }
      members.append((scalar.string, scalar.mark?.line, value))
    }
    self.members = members
  }

  /// The value of that name; nil when it is not there or empty.
  mutating func node(_ name: String) -> Node? {
    asked.append(name)
    guard let value = members.first(where: { $0.name == name })?.value, !value.isNull else { return nil }
    return value
  }

  /// Refuses names that were not asked for.
  func finish() throws(ConfigurationError) {
    for member in members where !asked.contains(member.name) {
      let nearest = NearestName.of(member.name, among: asked)
      throw ConfigurationError(
        file: file, line: member.line, context: place(of: member.name),
        expected: "one of \(asked.sorted().joined(separator: ", "))", found: "an unknown name",
        hint: nearest.map { "Did you mean \($0)?" } ?? "")
    }
  }

  func has(_ name: String) -> Bool { members.contains { $0.name == name } }

  func place(of name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  /// The line of a member, or of the mapping.
  func line(of name: String) -> Int? { members.first { $0.name == name }?.line ?? line }

  func error(_ name: String, expected: String, found: String, hint: String = "") -> ConfigurationError {
    ConfigurationError(
      file: file, line: line(of: name), context: place(of: name), expected: expected, found: found, hint: hint)
  }

  func error(_ name: String, at node: Node, expected: String, hint: String = "") -> ConfigurationError {
    ConfigurationError(
      file: file, line: node.mark?.line, context: place(of: name), expected: expected, found: node.valueInWords,
      hint: hint)
  }
}

extension ConfigurationError {
  fileprivate init(_ error: YamlError, file: String) {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let reason = context.map { "\(problem) (\($0.text))" } ?? problem
      // The parser's sentences begin as ours go on.
      self.init(
        file: file, line: mark.line, expected: "YAML",
        found: reason.hasPrefix("found ") ? String(reason.dropFirst(6)) : reason,
        hint: reason.contains("tab character") ? "Indent with blanks." : "")
    case .duplicatedKeysInMapping(let duplicates, let context):
      self.init(
        file: file, line: context.mark.line, expected: "every name once",
        found: "\(duplicates.joined(separator: ", ")) more than once")
    case .reader(let problem, _, _, _): self.init(file: file, expected: "YAML", found: problem)
    case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      self.init(file: file, expected: "YAML", found: "\(error)")
    }
  }
}

extension Node {
  var kindInWords: String {
    switch self {
    case .scalar: isNull ? "nothing" : "a single value"
    case .mapping: "names with values"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }

  var valueInWords: String {
    guard case .scalar(let scalar) = self else { return kindInWords }
    return isNull ? "nothing" : "\"\(scalar.string.prefix(60))\""
  }

  /// What a single value is; nil for lists and the like.
  var kind: ScalarKind? { scalar.map { ScalarKind($0) } }
  var isNull: Bool { kind == .null }
}
