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

  mutating func addVectorsBetween() throws(AdapterError) {
    guard let shared = tensors.others[AdapterTensors.sharedDown], let wide = tensors.others[AdapterTensors.sharedUp]
    else {
      throw AdapterError(
        .unsupported, context: "\(path): \(AdapterTensors.sharedDown)", expected: "the shared matrices",
        found: "none", hint: "Save the adapter with save_projection; they are drawn by another library's generator.")
    }
    let (down, up) = (try float32(shared), try float32(wide))
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
}
