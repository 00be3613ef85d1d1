import InkChat
package import InkFormats

/// The models with a name and those in the caches.
package struct ModelList: Sendable {
  private struct Entry: Sendable {
    let model: BuiltInModel
    /// The file to load when the model is complete on this machine.
    let path: String?
  }

  private var builtIn: [Entry] = []
  private var others: [CachedModel] = []

  /// Looks into the caches; the network is not asked.
  package init(_ resolver: ModelResolver) async {
    for model in resolver.registry.models {
      var path: String?
      if let resolved = try? await resolver.resolve(.builtIn(model.name), fetching: .never),
        case .gguf(let paths) = resolved.content
      {
        path = paths.first
      }
      builtIn.append(Entry(model: model, path: path))
    }
    others = resolver.listCached().filter { cached in
      cached.place != .builtIn || resolver.registry.model(named: cached.name) == nil
    }
  }

  /// The names a cached model can be called by: its own, and with the hub in front.
  package static func names(of model: CachedModel) -> [String] {
    switch model.place {
    case .builtIn: [model.name]
    case .hub(let hub): [model.name, "\(hub.rawValue):\(model.name)"]
    }
  }

  /// The JSON object.
  package var json: Report {
    let named = builtIn.map { entry -> Report in
      [
        "name": .string(entry.model.name), "summary": .string(entry.model.summary),
        "parameters": .whole(entry.model.parameters), "licence": .string(entry.model.licence.name),
        "bytes": .whole(Self.bytes(entry.model)), "cached": .boolean(entry.path != nil), "path": .text(entry.path),
      ]
    }
    let cached = others.map { model -> Report in
      [
        "name": .string(model.name), "place": .string(Self.place(model)), "bytes": .whole(model.bytes),
        "path": .string(model.path),
      ]
    }
    return ["built_in": .array(named), "cached": .array(cached)]
  }

  /// Two tables for a person.
  package func lines(style: TerminalStyle) -> [String] {
    var rows = builtIn.map { entry in
      [
        entry.model.name, Amount.bytes(Self.bytes(entry.model)), entry.path == nil ? "not fetched" : "here",
        entry.model.licence.name, entry.model.summary,
      ]
    }
    rows.insert(["NAME", "SIZE", "STATE", "LICENCE", ""], at: 0)
    var lines = TextTable.lines(rows, alignments: [.left, .right, .left, .left, .left])
    if !others.isEmpty {
      lines.append("")
      var rows = others.map { [$0.name, Amount.bytes($0.bytes), Self.place($0), $0.path] }
      rows.insert(["IN THE CACHES", "SIZE", "PLACE", ""], at: 0)
      lines += TextTable.lines(rows, alignments: [.left, .right, .left, .left])
    }
    return lines.enumerated().map { $0.offset == 0 ? style.strong($0.element) : $0.element }
  }

  private static func bytes(_ model: BuiltInModel) -> UInt64 { model.files.reduce(0) { $0 + $1.size } }

  private static func place(_ model: CachedModel) -> String {
    switch model.place {
    case .builtIn: "inkstone"
    case .hub(.huggingFace): "huggingface"
    case .hub(.modelScope): "modelscope"
    }
  }
}
