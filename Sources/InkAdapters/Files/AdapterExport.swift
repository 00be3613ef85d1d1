import InkFormats
package import InkNN
package import InkTensor

/// Makes what PEFT stores of what a model was given.
struct AdapterExport {
  let adapter: ModelAdapter
  let base: AdapterBase
  let cpu: CPU
  /// What stands before the names of modules.
  let prefix: String
  var configuration: AdapterConfiguration
  var tensors: [StoredTensor] = []
  /// The matrices that all modules of VeRA share, as the widest has them.
  var shared: (down: Tensor, up: Tensor)?
  /// Modules with a low-rank change, with the rank and the scale that the file is to have.
  var changed: [(module: String, rank: Int, scale: Float)] = []

  init(_ adapter: ModelAdapter, configuration: AdapterConfiguration, base: AdapterBase, cpu: CPU) {
    self.adapter = adapter
    self.configuration = configuration
    self.base = base
    self.cpu = cpu
    prefix = AdapterTensors.prefix(configuration.method)
  }

  mutating func run() throws(AdapterError) {
    if let tokens = adapter.virtualTokens {
      tensors.append(StoredTensor(name: AdapterTensors.prompt, tokens.source(on: cpu)))
    }
    try addAttentionPrompts()
    var done: Set<String> = []
    for name in base.order where adapter.linears[name] != nil || adapter.tables[name] != nil {
      guard let module = base.module(ofSite: name) else {
        throw AdapterError(
          .unsupported, context: name, expected: "a module of the checkpoint's own", found: "a part of another tensor",
          hint: "PEFT has no name for it.")
      }
      guard done.insert(module.name).inserted else { continue }
      if let table = adapter.tables[name] { try add(table, module) } else { try add(module) }
    }
    try addOtherBiases()
    switch configuration.method {
    case .lora(var settings):
      try describe(&settings)
      configuration.method = .lora(settings)
    case .ia3(var settings):
      let modules = tensors.map(\.name).compactMap { [prefix] in AdapterTensors.module(of: $0, .factors, prefix: prefix)
      }
      settings.targets = targets(settings.targets, of: modules)
      configuration.method = .ia3(settings)
    case .adaLoRA(var settings, let budget):
      settings.targets = targets(settings.targets, of: changed.map(\.module))
      configuration.method = .adaLoRA(settings, budget)
    case .vera(var settings):
      try addShared()
      let modules = tensors.map(\.name).compactMap { [prefix] in
        AdapterTensors.module(of: $0, .vectorBehind, prefix: prefix)
      }
      settings.targets = targets(settings.targets, of: modules)
      configuration.method = .vera(settings)
    case .promptTuning, .pTuning, .prefixTuning, .attentionPrompts, .bottleneck: break
    }
  }

  /// - Parameter form: which of the endings is written.
  mutating func store(_ tensor: Tensor, _ part: AdapterTensors.Part, of module: String, form: Int = 0) {
    tensors.append(StoredTensor(name: prefix + module + part.endings[form], tensor.detached))
  }

  private mutating func addAttentionPrompts() throws(AdapterError) {
    for layer in 0..<base.layers {
      guard let prompt = adapter.attentionPrompts[AdapterBase.attention(ofLayer: layer)] else { continue }
      guard case .rows(let rows, let gate) = prompt.content, let module = base.attentionModule(ofLayer: layer) else {
        throw AdapterError(
          .unsupported, context: AdapterBase.attention(ofLayer: layer),
          expected: "rows and a gate of a module of the checkpoint",
          found: prompt.shapes)
      }
      store(rows.reshaped([1, rows.shape[0], rows.shape[1]]), .attentionPrompt, of: module)
      store(gate, .attentionGate, of: module)
    }
  }

  func dense(_ weight: Weight) -> Tensor { cpu.gatherRows(Array(0..<weight.outputs), of: weight) }

  // MARK: Linear maps

  private mutating func add(_ module: AdapterBase.Module) throws(AdapterError) {
    var changes: [[LowRank]] = []
    var (magnitudes, outputs, biases) = ([Tensor](), [Tensor](), [(String, Tensor)]())
    for site in module.sites {
      var own: [LowRank] = []
      for delta in adapter.linears[site.name] ?? [] {
        switch delta {
        case .lowRank(let change): own.append(change)
        case .decomposed(let change):
          own.append(change.change)
          magnitudes.append(change.magnitude)
        case .scaledOutputs(let factors): outputs.append(factors)
        case .scaledInputs(let factors):
          // All maps of a module have one.
          if site.name == module.sites[0].name {
            store(factors.reshaped([1, factors.elementCount]), .factors, of: module.name)
          }
        case .bottleneck(let network): store(network, module.name)
        case .bias(let bias): biases.append((site.name, bias))
        case .replaced(let weight, let bias): try addWhole(module, site, weight, bias)
        }
      }
      changes.append(own)
    }
    if changes.contains(where: { !$0.isEmpty }) {
      switch configuration.method {
      case .vera: try addVectors(changes, module)
      case .adaLoRA: try addSingular(changes, module)
      case .lora, .ia3, .promptTuning, .pTuning, .prefixTuning, .attentionPrompts, .bottleneck:
        try add(changes, module)
      }
    }
    if !magnitudes.isEmpty { store(try joined(magnitudes, module).flat, .magnitude, of: module.name) }
    if !outputs.isEmpty {
      let vector = try joined(outputs, module)
      store(vector.reshaped([vector.elementCount, 1]), .factors, of: module.name)
    }
    if !biases.isEmpty { try add(biases, module) }
  }

  /// Vectors of the maps of a module as one.
  func joined(_ vectors: [Tensor], _ module: AdapterBase.Module) throws(AdapterError) -> Tensor {
    guard vectors.count == module.sites.count else { throw incomplete(module) }
    let rows = zip(module.sites, vectors).map { (site: $0.name, rows: $1.detached.reshaped([$1.elementCount, 1])) }
    guard let made = try base.rowsOfModules(rows)[module.name] else { throw incomplete(module) }
    return made
  }

  /// One low-rank change for the maps of a module together. If they do not share the first matrix, the narrow vectors of
  /// all stand beside each other and each map reads its own.
  private mutating func add(_ changes: [[LowRank]], _ module: AdapterBase.Module) throws(AdapterError) {
    let scale = changes.flatMap { $0 }.first?.scale ?? 1
    guard changes.allSatisfy({ $0.allSatisfy { $0.inner == nil && $0.outer == nil } }) else {
      throw AdapterError(
        .unsupported, context: module.name, expected: "LoRA or DoRA", found: "vectors beside the matrices",
        hint: "Adapters of this method can be used, but not stored.")
    }
    let downs = changes.map { $0.map { dense($0.down) } }
    let isShared =
      changes.allSatisfy { $0.count == 1 && $0[0].scale == scale }
      && downs.allSatisfy { $0[0].toArray() == downs[0][0].toArray() }
    var rows: [(site: String, rows: Tensor)] = []
    let down: Tensor
    if isShared {
      down = downs[0][0]
      rows = zip(module.sites, changes).map { ($0.name, dense($1[0].up)) }
    } else {
      down = cpu.joinRows(downs.flatMap { $0 })
      let rank = down.shape[0]
      var start = 0
      for (site, own) in zip(module.sites, changes) {
        var elements = [Float](repeating: 0, count: site.outputs * rank)
        for change in own {
          let (up, width, factor) = (dense(change.up).toArray(), change.rank, change.scale / scale)
          for output in 0..<site.outputs {
            for index in 0..<width { elements[output * rank + start + index] = up[output * width + index] * factor }
          }
          start += width
        }
        rows.append((site.name, Tensor(elements, shape: [site.outputs, rank])))
      }
    }
    guard let up = try base.rowsOfModules(rows)[module.name] else { throw incomplete(module) }
    store(down, .down, of: module.name)
    store(up, .up, of: module.name)
    changed.append((module.name, down.shape[0], scale))
  }

  private mutating func store(_ network: Bottleneck, _ module: String) {
    store(dense(network.down.weight), .bottleneckDown, of: module)
    store(dense(network.up.weight), .bottleneckUp, of: module)
    if let bias = network.down.bias { store(bias, .bottleneckDownBias, of: module) }
    if let bias = network.up.bias { store(bias, .bottleneckUpBias, of: module) }
  }

  private mutating func add(_ biases: [(String, Tensor)], _ module: AdapterBase.Module) throws(AdapterError) {
    let collection = biases.map { StoredTensor(name: "\($0.0).bias", $0.1.detached) }
    // Inside a changed module the base's own parts have a name of their own.
    let ending = changed.contains { $0.module == module.name } ? ".base_layer.bias" : ".bias"
    for (name, bias) in try base.exported(collection) where name.hasSuffix(".bias") {
      tensors.append(StoredTensor(name: prefix + name.dropLast(".bias".count) + ending, bias))
    }
  }

  private mutating func addOtherBiases() throws(AdapterError) {
    for site in base.otherBiases {
      guard let bias = adapter.biases[site.name] else { continue }
      let made = try base.exported([StoredTensor(name: "\(site.name).bias", bias.detached)])
      for (name, bias) in made { tensors.append(StoredTensor(name: prefix + name, bias)) }
    }
  }

  private mutating func addWhole(
    _ module: AdapterBase.Module, _ site: AdapterSite, _ weight: Weight, _ bias: Tensor?
  ) throws(AdapterError) {
    guard module.sites.count == 1 else {
      throw AdapterError(
        .unsupported, context: module.name, expected: "a module of one map", found: "\(module.sites.count) maps")
    }
    var collection = [StoredTensor(name: "\(site.name).weight", dense(weight))]
    if let bias { collection.append(StoredTensor(name: "\(site.name).bias", bias.detached)) }
    for (name, tensor) in try base.exported(collection) {
      tensors.append(StoredTensor(name: prefix + name, tensor))
    }
    if !configuration.saves(module.name) { configuration.savedModules.append(module.end) }
  }

  private mutating func add(_ table: EmbeddingTable.Delta, _ module: AdapterBase.Module) throws(AdapterError) {
    switch table {
    case .lowRank(let down, let up, let scale):
      store(dense(down).transposed([1, 0]).contiguous(), .tableDown, of: module.name)
      store(dense(up), .tableUp, of: module.name)
      changed.append((module.name, up.inputs, scale))
    case .replaced(let weight): try addWhole(module, module.sites[0], weight, nil)
    }
  }

  func incomplete(_ module: AdapterBase.Module) -> AdapterError {
    AdapterError(
      .unsupported, context: module.name, expected: "a change of all its maps, \(module.sites.map(\.name))",
      found: "a change of some")
  }

  // MARK: Configuration

  /// Ranks and scales of all modules as PEFT states them, and what it is to look for.
  private func describe(_ settings: inout LoRASettings) throws(AdapterError) {
    guard let first = changed.first else { return }
    func alpha(_ rank: Int, _ scale: Float) -> Float {
      switch settings.scaling {
      case .byRank: scale * Float(rank)
      case .byRootOfRank: scale * Float(rank).squareRoot()
      }
    }
    settings.targets = targets(settings.targets, of: changed.map(\.module))
    let fits =
      changed.allSatisfy { settings.rank(of: $0.module) == $0.rank }
      && changed.allSatisfy { settings.scale(of: $0.module, rank: $0.rank) == $0.scale }
    if fits { return }
    settings.rankPattern = []
    settings.alphaPattern = []
    settings.rank = first.rank
    settings.alpha = alpha(first.rank, first.scale)
    for (module, rank, scale) in changed where rank != first.rank || scale != first.scale {
      guard let pattern = ModulePattern(module) else { continue }
      settings.rankPattern.append((pattern, rank))
      settings.alphaPattern.append((pattern, alpha(rank, scale)))
    }
  }

  /// What names exactly these modules: as it was asked for, the ends of their names, or the whole names.
  private func targets(_ asked: [String], of modules: [String]) -> [String] {
    let wanted = Set(modules)
    let all = Set(base.order.compactMap { base.module(ofSite: $0)?.name })
    func mean(_ targets: [String]) -> Bool {
      let found = all.filter { name in targets.contains { name == $0 || name.hasSuffix(".\($0)") } }
      return found == wanted
    }
    if !asked.isEmpty, mean(asked) { return asked }
    let ends = Set(modules.map { $0.split(separator: ".").last.map { String($0) } ?? $0 }).sorted()
    return mean(ends) ? ends : modules
  }
}

extension Tensor {
  var flat: Tensor { reshaped([elementCount]) }
}

extension StoredAdapter {
  /// An adapter as PEFT stores it; the ranks, scales and targets of its configuration become those of the tensors.
  ///
  /// - Parameters:
  ///   - adapter: what was trained.
  ///   - configuration: what it was made with.
  ///   - base: the model it belongs to.
  ///   - fingerprint: of the base.
  /// - Throws: `unsupported` for what PEFT has no layout for.
  package init(
    _ adapter: ModelAdapter, configuration: AdapterConfiguration, base: AdapterBase, fingerprint: String?,
    on cpu: CPU
  ) throws(AdapterError) {
    var export = AdapterExport(adapter, configuration: configuration, base: base, cpu: cpu)
    try export.run()
    let tensors = export.tensors
    self.init(
      path: "adapter \(adapter.name)", configuration: export.configuration,
      tensors: try AdapterError.converting { () throws(FormatError) in
        try TensorCollection(tensors, path: "the adapter")
      },
      fingerprint: fingerprint)
  }
}
