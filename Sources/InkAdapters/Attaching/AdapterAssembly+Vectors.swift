import InkNN
import InkTensor

/// Methods that multiply by vectors.
extension AdapterAssembly {
  mutating func addFactors(_ settings: IA3Settings) throws(AdapterError) {
    var outputs: [(module: AdapterBase.Module, rows: Tensor)] = []
    for name in tensors.modules where tensors.parts(of: name).contains(.factors) {
      let module = try base.module(name, path)
      guard let factors = try tensors.tensor(.factors, of: name) else { continue }
      done.insert(name)
      let isFeedForward = settings.feedForwardModules.contains { name == $0 || name.hasSuffix(".\($0)") }
      guard isFeedForward else {
        outputs.append((module, factors.reshaped([factors.elementCount, 1])))
        continue
      }
      let own = vector(factors.reshaped([factors.elementCount]), "\(module.sites[0].name).ia3")
      for site in module.sites { try add(.scaledInputs(own), to: site) }
    }
    let rows = try base.rowsOfSites(outputs, path)
    for (module, _) in outputs {
      for site in module.sites {
        guard let factors = rows[site.name] else { continue }
        try add(.scaledOutputs(vector(factors.reshaped([factors.elementCount]), "\(site.name).ia3")), to: site)
      }
    }
  }

  mutating func addVectorsBetween(_ settings: VeRASettings) throws(AdapterError) {
    let (down, up) = try sharedMatrices(settings)
    guard down.shape.rank == 2, up.shape.rank == 2, down.shape[0] == up.shape[1] else {
      throw AdapterError(
        .shapeMismatch, context: "\(path): \(AdapterTensors.sharedUp)", expected: "the rank of \(down.shape)",
        found: "\(up.shape)")
    }
    let rank = down.shape[0]
    var modules: [(module: AdapterBase.Module, rows: Tensor)] = []
    var factors: [(module: AdapterBase.Module, rows: Tensor)] = []
    for name in tensors.modules where tensors.parts(of: name).contains(.vectorBehind) {
      let module = try base.module(name, path)
      guard let behind = try tensors.tensor(.vectorBehind, of: name) else { continue }
      let count = behind.elementCount
      guard count <= up.shape[0], module.sites[0].inputs <= down.shape[1] else {
        throw AdapterError(
          .shapeMismatch, context: "\(path): \(tensors.name(.vectorBehind, of: name))",
          expected: "no more than the shared matrices have", found: "\(count)")
      }
      modules.append((module, up.slice(0..<count)))
      factors.append((module, behind.reshaped([count, 1])))
      done.insert(name)
    }
    let (ups, behinds) = (try base.rowsOfSites(modules, path), try base.rowsOfSites(factors, path))
    for (module, _) in modules {
      guard let between = try tensors.tensor(.vectorBetween, of: module.name), between.shape == [rank] else {
        throw AdapterError(
          .missingTensor, context: "\(path): \(tensors.name(.vectorBetween, of: module.name))",
          expected: "\(rank) numbers")
      }
      let inner = vector(between, "\(module.sites[0].name).vera_d")
      let cut = down.transposed([1, 0]).slice(0..<module.sites[0].inputs).transposed([1, 0]).contiguous()
      let narrow = try packed(cut, AdapterTensors.sharedDown)
      for site in module.sites {
        guard let rows = ups[site.name], let behind = behinds[site.name] else { continue }
        let outer = vector(behind.reshaped([behind.elementCount]), "\(site.name).vera_b")
        try add(
          .lowRank(
            LowRank(
              down: narrow, up: try packed(rows, AdapterTensors.sharedUp), scale: 1, inner: inner, outer: outer)),
          to: site)
      }
    }
  }

  /// The matrices that all modules share: as they are stored, or drawn as PEFT draws them where they are not.
  private func sharedMatrices(_ settings: VeRASettings) throws(AdapterError) -> (down: Tensor, up: Tensor) {
    switch (tensors.others[AdapterTensors.sharedDown], tensors.others[AdapterTensors.sharedUp]) {
    case (let down?, let up?): return (try float32(down), try float32(up))
    case (nil, nil): break
    case (nil, _?), (_?, nil):
      throw AdapterError(
        .missingTensor, context: "\(path): \(AdapterTensors.sharedDown) and \(AdapterTensors.sharedUp)",
        expected: "both or none", found: "one of them", hint: "The file is incomplete.")
    }
    guard let seed = UInt32(exactly: settings.seed) else {
      throw AdapterError(
        .unsupported, context: "\(path): projection_prng_key", expected: "a number below 2^32, or stored matrices",
        found: "\(settings.seed)", hint: "Save the adapter with save_projection.")
    }
    var (inputs, outputs) = (0, 0)
    for name in tensors.modules where tensors.parts(of: name).contains(.vectorBehind) {
      let module = try base.module(name, path)
      inputs = max(inputs, module.sites[0].inputs)
      outputs = max(outputs, module.sites.reduce(0) { $0 + $1.outputs })
    }
    guard inputs > 0, settings.rank <= VeRASettings.largestDrawing / max(inputs, outputs) else {
      throw AdapterError(
        .invalidConfiguration, context: "\(path): r",
        expected: "matrices of at most \(VeRASettings.largestDrawing) numbers",
        found: "rank \(settings.rank) for widths \(inputs) and \(outputs)")
    }
    var random = MersenneTwister(seed: seed)
    return (random.matrix([settings.rank, inputs]), random.matrix([outputs, settings.rank]))
  }
}

extension VeRASettings {
  /// The most numbers that are drawn for a matrix.
  fileprivate static let largestDrawing = 1 << 28
}

extension MersenneTwister {
  /// Uniform with a variance of two over the width of a row (He et al., 2015).
  fileprivate mutating func matrix(_ shape: Shape) -> Tensor {
    let bound = Float(Double(3).squareRoot() * (Double(2).squareRoot() / Double(shape[1]).squareRoot()))
    var elements: [Float] = []
    elements.reserveCapacity(shape.elementCount)
    for _ in 0..<shape.elementCount { elements.append(uniform(within: bound)) }
    return Tensor(elements, shape: shape)
  }
}
