import InkFormats
import InkNN
package import InkTensor

/// Makes one LoRA adapter of several, by weight.
package struct AdapterCombination {
  /// How the changes are brought together.
  package enum Way: Sendable, Hashable {
    /// The matrices are added, each with the root of its weight, as PEFT does: not the sum of the changes, but of equal rank.
    case linear
    /// The matrices stand beside each other: exactly the weighted sum of the changes, of the sum of the ranks.
    case sideBySide
    /// The nearest change of a rank to the weighted sum, by singular values.
    case nearest(rank: Int)
  }

  let cpu: CPU

  package init(on cpu: CPU) { self.cpu = cpu }

  /// One adapter.
  ///
  /// - Parameter parts: adapters of one base with their weights.
  /// - Throws: `unsupported` for other methods than LoRA as a sum and for modules that are stored whole;
  ///   `shapeMismatch`; `invalidConfiguration` for no parts, or negative weights of a linear combination.
  package func combine(
    _ parts: [(adapter: StoredAdapter, weight: Float)], by way: Way
  ) throws(AdapterError) -> StoredAdapter {
    guard let first = parts.first, parts.contains(where: { $0.weight != 0 }) else {
      throw AdapterError(
        .invalidConfiguration, context: "combination", expected: "adapters with weights", found: "none")
    }
    var modules: [String] = []
    var changes: [String: [Change]] = [:]
    for (adapter, weight) in parts {
      let settings = try AdapterCombination.settings(adapter)
      if let other = first.adapter.fingerprint, let own = adapter.fingerprint, own != other {
        throw AdapterError(
          .mismatch, context: adapter.path, expected: "the base of \(first.adapter.path)", found: "another")
      }
      let tensors = try AdapterTensors(adapter)
      for module in tensors.modules {
        guard tensors.parts(of: module) == [.down, .up] else {
          throw AdapterError(
            .unsupported, context: "\(adapter.path): module \(module)", expected: "matrices of LoRA alone",
            found: "other tensors", hint: "Merge such adapters into the base one after the other.")
        }
        let (down, up) = (try tensors.matrix(.down, of: module), try tensors.matrix(.up, of: module))
        let change = Change(
          down: down, up: up, factor: weight * settings.scale(of: module, rank: down.shape[0]))
        guard down.shape[0] == up.shape[1], changes[module]?.first.map({ $0.fits(change) }) ?? true else {
          throw AdapterError(
            .shapeMismatch, context: "\(adapter.path): module \(module)", expected: "the shapes of the other adapters",
            found: "\(down.shape) and \(up.shape)")
        }
        if changes[module] == nil { modules.append(module) }
        changes[module, default: []].append(change)
      }
    }
    return try assembled(modules, changes, way, like: first.adapter)
  }

  /// A change `factor * up down`.
  private struct Change {
    let down: Tensor
    let up: Tensor
    let factor: Float

    var rank: Int { down.shape[0] }

    func fits(_ other: Change) -> Bool { down.shape[1] == other.down.shape[1] && up.shape[0] == other.up.shape[0] }
  }

  private static func settings(_ adapter: StoredAdapter) throws(AdapterError) -> LoRASettings {
    guard case .lora(let settings) = adapter.configuration.method, settings.form == .sum, settings.biases == .none,
      adapter.configuration.savedModules.isEmpty
    else {
      throw AdapterError(
        .unsupported, context: adapter.path, expected: "LoRA without biases or whole modules",
        found: adapter.configuration.method.title,
        hint: "Merge such adapters into the base one after the other.")
    }
    return settings
  }

  private func assembled(
    _ modules: [String], _ changes: [String: [Change]], _ way: Way, like first: StoredAdapter
  ) throws(AdapterError) -> StoredAdapter {
    var tensors: [StoredTensor] = []
    var ranks: [(module: String, rank: Int)] = []
    for module in modules {
      let one = try combined(changes[module] ?? [], way, module)
      let name = AdapterTensors.prefix(first.configuration.method) + module
      tensors.append(StoredTensor(name: name + AdapterTensors.Part.down.endings[0], one.down))
      tensors.append(StoredTensor(name: name + AdapterTensors.Part.up.endings[0], one.up))
      ranks.append((module, one.rank))
    }
    var settings = LoRASettings(targets: modules, rank: ranks.first?.rank ?? 1)
    // The scale of every module is one.
    settings.alpha = Float(settings.rank)
    for (module, rank) in ranks where rank != settings.rank {
      guard let pattern = ModulePattern(module) else { continue }
      settings.rankPattern.append((pattern, rank))
      settings.alphaPattern.append((pattern, Float(rank)))
    }
    var configuration = first.configuration
    configuration.method = .lora(settings)
    return StoredAdapter(
      path: "combined adapters", configuration: configuration,
      tensors: try AdapterError.converting { () throws(FormatError) in
        try TensorCollection(tensors, path: "combined adapters")
      }, fingerprint: first.fingerprint)
  }

  private func combined(_ changes: [Change], _ way: Way, _ module: String) throws(AdapterError) -> Change {
    switch way {
    case .linear: return try added(changes, module)
    case .sideBySide: return sideBySide(changes)
    case .nearest(let rank):
      guard rank > 0 else {
        throw AdapterError(.invalidConfiguration, context: "rank", expected: "at least 1", found: "\(rank)")
      }
      let all = sideBySide(changes)
      let sum = cpu.matmul(all.up, all.down)  // [outputs, inputs]
      let stream = RandomStream(seed: 0, name: "combination \(module)")
      let parts = SingularValues.largest(rank, of: sum, iterations: 16, stream: stream, on: cpu)
      let up = cpu.scaleColumns(parts.left, by: Tensor(parts.values, shape: [rank]))
      return Change(down: parts.right, up: up, factor: 1)
    }
  }

  private func added(_ changes: [Change], _ module: String) throws(AdapterError) -> Change {
    guard let rank = changes.first?.rank, changes.allSatisfy({ $0.rank == rank }) else {
      throw AdapterError(
        .shapeMismatch, context: "module \(module)", expected: "one rank", found: "\(changes.map(\.rank))",
        hint: "Adapters of several ranks combine side by side, or to the nearest of a rank.")
    }
    guard changes.allSatisfy({ $0.factor >= 0 }) else {
      throw AdapterError(
        .invalidConfiguration, context: "module \(module)", expected: "weights that are not negative",
        found: "\(changes.map(\.factor))", hint: "Side by side, weights may be negative.")
    }
    var sum: Change?
    for change in changes {
      let root = change.factor.squareRoot()
      let (down, up) = (cpu.scale(change.down, by: root), cpu.scale(change.up, by: root))
      sum = Change(
        down: sum.map { cpu.add($0.down, down) } ?? down, up: sum.map { cpu.add($0.up, up) } ?? up, factor: 1)
    }
    return sum ?? changes[0]
  }

  private func sideBySide(_ changes: [Change]) -> Change {
    var up = cpu.scale(changes[0].up, by: changes[0].factor)
    for change in changes.dropFirst() { up = cpu.joinColumns(up, cpu.scale(change.up, by: change.factor)) }
    return Change(down: cpu.joinRows(changes.map(\.down)), up: up, factor: 1)
  }
}
