import InkFormats
import InkNN
import InkTensor

/// Puts together what a model takes from what an adapter's folder holds.
struct AdapterAssembly {
  let adapter: StoredAdapter
  let tensors: AdapterTensors
  let base: AdapterBase
  let use: AdapterUse
  let cpu: CPU
  var result: ModelAdapter
  /// Modules whose tensors were read.
  var done: Set<String> = []

  init(
    _ adapter: StoredAdapter, name: AdapterName, base: AdapterBase, use: AdapterUse, cpu: CPU
  ) throws(AdapterError) {
    self.adapter = adapter
    self.tensors = try AdapterTensors(adapter)
    self.base = base
    self.use = use
    self.cpu = cpu
    result = ModelAdapter(name: name)
  }

  var path: String { adapter.path }

  /// Everything that the method has.
  mutating func run() throws(AdapterError) {
    switch adapter.configuration.method {
    case .lora(let settings):
      try addLowRank(settings)
      try addTables(settings)
      try addBiases(settings)
    case .adaLoRA(let settings, _): try addLowRank(settings)
    case .vera(let settings): try addVectorsBetween(settings)
    case .ia3(let settings): try addFactors(settings)
    case .promptTuning(let settings), .pTuning(let settings, _): try addPrompt(settings)
    case .prefixTuning(let settings, _): try addPrefix(settings)
    case .attentionPrompts(let settings): try addAttentionPrompts(settings)
    case .bottleneck(let settings): try addBottlenecks(settings)
    }
    try addSavedModules()
    if let left = tensors.modules.first(where: { !done.contains($0) }) {
      throw AdapterError(
        .unusedTensor, context: "\(path): module \"\(left.prefix(200))\"",
        hint: "Its tensors belong to no method of the configuration.")
    }
  }

  /// A matrix for the kernels, or one that training changes.
  mutating func weight(_ matrix: Tensor, _ name: String) throws(AdapterError) -> Weight {
    switch use {
    case .training: return .dense(parameter(matrix, name))
    case .inference: return try packed(matrix, name)
    }
  }

  /// A matrix that does not change.
  func packed(_ matrix: Tensor, _ name: String) throws(AdapterError) -> Weight {
    do { return .packed(try PackedMatrix.pack(matrix, cpu: cpu)) } catch {
      throw AdapterError(error, "\(path): \(name)")
    }
  }

  /// A vector as it is, or one that training changes.
  mutating func vector(_ values: Tensor, _ name: String) -> Tensor {
    switch use {
    case .training: parameter(values, name)
    case .inference: values
    }
  }

  /// A tensor of its own memory that training changes.
  mutating func parameter(_ tensor: Tensor, _ name: String) -> Tensor {
    let own = Tensor(tensor.toArray(), shape: tensor.shape).asParameter()
    result.parameters.append(Parameter(name: name, value: own))
    return own
  }

  mutating func add(_ delta: LinearDelta, to site: AdapterSite) throws(AdapterError) {
    guard delta.fits(site), site.kind == .linear else {
      throw AdapterError(
        .shapeMismatch, context: "\(path): \(site.name)",
        expected: "changes of a map from \(site.inputs) to \(site.outputs)",
        found: delta.shapes, hint: "The adapter was made for a model of another size.")
    }
    result.linears[site.name, default: []].append(delta)
  }

  // MARK: LoRA

  private mutating func addLowRank(_ settings: LoRASettings) throws(AdapterError) {
    var modules: [(module: AdapterBase.Module, rows: Tensor)] = []
    var magnitudes: [(module: AdapterBase.Module, rows: Tensor)] = []
    for name in tensors.modules where tensors.parts(of: name).contains(.down) {
      let module = try base.module(name, path)
      if isEmptied(name) {
        done.insert(name)
        continue
      }
      modules.append((module, try tensors.matrix(.up, of: name)))
      if let site = module.sites.first, module.sites.count == 1 { try requireSameTable(name, site) }
      if let lengths = try tensors.tensor(.magnitude, of: name) {
        magnitudes.append((module, lengths.reshaped([lengths.elementCount, 1])))
      }
      done.insert(name)
    }
    let ups = try base.rowsOfSites(modules, path)
    let lengths = try base.rowsOfSites(magnitudes, path)
    for (module, up) in modules {
      let down = try tensors.matrix(.down, of: module.name)
      try addLowRank(settings, module, down: down, rank: up.shape[1], ups: ups, lengths: lengths)
    }
  }

  private mutating func addLowRank(
    _ settings: LoRASettings, _ module: AdapterBase.Module, down: Tensor, rank: Int, ups: [String: Tensor],
    lengths: [String: Tensor]
  ) throws(AdapterError) {
    guard down.shape[0] == rank else {
      throw AdapterError(
        .shapeMismatch, context: "\(path): \(tensors.name(.down, of: module.name))", expected: "\(rank) rows",
        found: "\(down.shape)")
    }
    let first = module.sites[0].name
    let narrow = try weight(down, "\(first).lora_A")
    var scale = settings.scale(of: module.name, rank: rank)
    var inner: Tensor?
    switch adapter.configuration.method {
    case .adaLoRA:
      scale = settings.singularScale
      let values = try tensors.matrix(.singularValues, of: module.name)
      guard values.elementCount == rank else {
        throw AdapterError(
          .shapeMismatch, context: "\(path): \(tensors.name(.singularValues, of: module.name))",
          expected: "\(rank) numbers", found: "\(values.shape)")
      }
      inner = vector(values.reshaped([rank]), "\(first).lora_E")
    case .lora: try requireRank(settings, module.name, rank)
    case .vera, .ia3, .promptTuning, .pTuning, .prefixTuning, .attentionPrompts, .bottleneck: break
    }
    var outer: [Tensor] = []
    for site in module.sites {
      guard let up = ups[site.name] else { continue }
      let wide = try weight(up, "\(site.name).lora_B")
      if case .dense(let matrix) = wide { outer.append(matrix) }
      let change = LowRank(
        down: narrow, up: wide, scale: scale, inner: inner,
        dropout: settings.dropout > 0 ? DropoutRate(rate: settings.dropout, place: site.name) : nil)
      guard let length = lengths[site.name] else {
        try requireForm(settings, module.name)
        try add(.lowRank(change), to: site)
        continue
      }
      // The widths are looked at before anything is computed with them.
      try requireFit(.lowRank(change), site)
      let magnitude = vector(length.reshaped([length.elementCount]), "\(site.name).lora_magnitude")
      try requireFit(.scaledOutputs(magnitude), site)
      try add(
        .decomposed(DecomposedLowRank(change, magnitude: magnitude, base: site.weight, use: use, on: cpu)), to: site)
    }
    if let inner, case .dense(let matrix) = narrow {
      result.singularParts.append(SingularParts(name: first, down: matrix, values: inner, ups: outer))
    }
  }

  /// Whether AdaLoRA took all ranks of a module away.
  private func isEmptied(_ name: String) -> Bool {
    guard case .adaLoRA = adapter.configuration.method else { return false }
    return tensors.stored(.down, of: name)?.shape.elementCount == 0
  }

  private func requireFit(_ delta: LinearDelta, _ site: AdapterSite) throws(AdapterError) {
    guard delta.fits(site) else {
      throw AdapterError(
        .shapeMismatch, context: "\(path): \(site.name)",
        expected: "changes of a map from \(site.inputs) to \(site.outputs)", found: delta.shapes,
        hint: "The adapter was made for a model of another size.")
    }
  }

  private func requireRank(_ settings: LoRASettings, _ module: String, _ rank: Int) throws(AdapterError) {
    let stated = settings.rank(of: module)
    guard stated == rank else {
      throw AdapterError(
        .shapeMismatch, context: "\(path): \(module)", expected: "rank \(stated), as the configuration says",
        found: "rank \(rank)")
    }
  }

  private func requireForm(_ settings: LoRASettings, _ module: String) throws(AdapterError) {
    guard settings.form == .sum else {
      throw AdapterError(.missingTensor, context: "\(path): \(module).lora_magnitude_vector")
    }
  }

  private mutating func addTables(_ settings: LoRASettings) throws(AdapterError) {
    for name in tensors.modules where tensors.parts(of: name).contains(.tableDown) {
      let module = try base.module(name, path)
      guard module.sites.count == 1, let site = module.sites.first, site.kind == .table else {
        throw AdapterError(.unsupported, context: "\(path): module \(name)", expected: "an embedding")
      }
      done.insert(name)
      let (down, up) = (try tensors.matrix(.tableDown, of: name), try tensors.matrix(.tableUp, of: name))
      guard down.shape == [up.shape[1], site.outputs], up.shape[0] == site.inputs else {
        throw AdapterError(
          .shapeMismatch, context: "\(path): module \(name)",
          expected: "changes of a table [\(site.outputs), \(site.inputs)]", found: "\(down.shape) and \(up.shape)")
      }
      try requireRank(settings, name, up.shape[1])
      try requireForm(settings, name)
      try requireSameTable(name, site)
      result.tables[site.name] = .lowRank(
        table: try weight(down.transposed([1, 0]).contiguous(), "\(site.name).lora_A"),
        up: try weight(up, "\(site.name).lora_B"), scale: settings.scale(of: name, rank: up.shape[1]))
    }
  }

  /// PEFT stores the base's embedding or head beside a change of it, in case it has grown.
  private func requireSameTable(_ name: String, _ site: AdapterSite) throws(AdapterError) {
    guard let table = try tensors.tensor(.baseWeight, of: name) else { return }
    guard table.shape == [site.outputs, site.inputs] else {
      throw AdapterError(
        .mismatch, context: "\(path): \(tensors.name(.baseWeight, of: name))",
        expected: "the base's [\(site.outputs), \(site.inputs)]", found: "\(table.shape)",
        hint: "The vocabulary was resized before the adapter was made; resize the base's too.")
    }
  }

  private mutating func addBiases(_ settings: LoRASettings) throws(AdapterError) {
    guard settings.biases != .none else { return }
    for name in tensors.modules {
      guard tensors.parts(of: name).contains(.bias), !adapter.configuration.saves(name),
        let stored = tensors.stored(.bias, of: name)
      else { continue }
      done.insert(name)
      let made = try base.weightsOfSites([stored.named("\(name).bias")], path)
      for (tensor, bias) in made.sorted(by: { $0.key < $1.key }) {
        try add(bias, as: tensor, stored.name)
      }
    }
  }

  /// Another bias of a map, a norm, or a map whose weights are those of another part.
  private mutating func add(_ bias: Tensor, as tensor: String, _ file: String) throws(AdapterError) {
    let part = tensor.hasSuffix(".bias") ? String(tensor.dropLast(".bias".count)) : tensor
    if let site = base.sites[part] { return try add(.bias(vector(bias, tensor)), to: site) }
    guard let site = base.otherBiases.first(where: { $0.name == part }) else {
      throw AdapterError(
        .unsupported, context: "\(path): \(file)", expected: "the bias of a linear map or a norm", found: tensor)
    }
    guard bias.shape == site.bias.shape else {
      throw AdapterError(
        .shapeMismatch, context: "\(path): \(file)", expected: "\(site.bias.shape)", found: "\(bias.shape)",
        hint: "The adapter was made for a model of another size.")
    }
    result.biases[part] = vector(bias, tensor)
  }

  // MARK: Whole modules

  private mutating func addSavedModules() throws(AdapterError) {
    for name in tensors.modules where adapter.configuration.saves(name) && !done.contains(name) {
      guard let stored = tensors.stored(.weight, of: name) else {
        throw AdapterError(.missingTensor, context: "\(path): \(tensors.prefix)\(name).weight")
      }
      let module = try base.module(name, path)
      done.insert(name)
      let weights = try base.weightsOfSites([stored.named("\(name).weight")], path)
      var biases: [String: Tensor] = [:]
      if let bias = tensors.stored(.bias, of: name) {
        biases = try base.weightsOfSites([bias.named("\(name).bias")], path)
      }
      for site in module.sites {
        guard let matrix = weights["\(site.name).weight"] else { continue }
        guard matrix.shape == [site.outputs, site.inputs] else {
          throw AdapterError(
            .shapeMismatch, context: "\(path): \(stored.name)", expected: "[\(site.outputs), \(site.inputs)]",
            found: "\(matrix.shape)")
        }
        let own = try weight(matrix, "\(site.name).weight")
        switch site.kind {
        case .table: result.tables[site.name] = .replaced(own)
        case .linear:
          let bias = biases["\(site.name).bias"].map { vector($0, "\(site.name).bias") } ?? site.bias
          try add(.replaced(weight: own, bias: bias), to: site)
        }
      }
    }
  }
}

extension AdapterConfiguration {
  /// Whether a module is stored whole: because it is named, or a part of the model that it is in.
  func saves(_ module: String) -> Bool { WholeModules(names: savedModules).contain(module) }
}
