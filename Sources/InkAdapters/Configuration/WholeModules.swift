/// Modules that are trained and stored whole, as PEFT names them: by the ends of their names, or of those of parts of the
/// model that hold several.
struct WholeModules: Sendable, Hashable {
  let names: [String]

  func contain(_ module: String) -> Bool {
    var part = module[...]
    while !part.isEmpty {
      if names.contains(where: { part == $0 || part.hasSuffix(".\($0)") }) { return true }
      part = part[..<(part.lastIndex(of: ".") ?? part.startIndex)]
    }
    return false
  }
}

extension AdapterBase {
  /// Names that mean these modules and no others: a part of the model stands for all of its modules where there are
  /// several. PEFT keeps such parts as one.
  package func names(ofWhole modules: [String]) -> [String] {
    let all = order.compactMap { moduleName(ofSite: $0) }
    var names: [String] = []
    for module in modules {
      var name = module
      if let end = module.lastIndex(of: ".") {
        let inside = Set(all.filter { $0.hasPrefix(module[...end]) })
        if inside.count > 1, inside.isSubset(of: modules) { name = String(module[..<end]) }
      }
      if !names.contains(name) { names.append(name) }
    }
    return names
  }
}
