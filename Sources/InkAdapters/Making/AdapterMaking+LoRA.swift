import InkNN
import InkTensor

extension AdapterMaking {
  func addLowRank(
    _ settings: LoRASettings, apartFrom whole: [String], to result: inout ModelAdapter
  ) throws(AdapterError) {
    guard settings.dropout >= 0, settings.dropout < 1 else {
      throw AdapterError(
        .invalidConfiguration, context: "lora_dropout", expected: "a share from 0 to less than 1",
        found: "\(settings.dropout)")
    }
    guard settings.rank > 0, settings.rankPattern.allSatisfy({ $0.rank > 0 }) else {
      throw AdapterError(.invalidConfiguration, context: "r", expected: "at least 1", found: "\(settings.rank)")
    }
    for module in try modules(settings.targets, apartFrom: whole) {
      if module.sites.allSatisfy({ $0.kind == .table }) {
        try addTable(settings, module, to: &result)
      } else {
        addLowRank(settings, module, to: &result)
      }
    }
    switch settings.biases {
    case .none: break
    case .all:
      for site in base.order where !isWhole(site, whole) { addBias(site, to: &result) }
      for site in base.otherBiases {
        result.biases[site.name] = parameter(site.bias, "\(site.name).bias", &result)
      }
    case .changed: for site in base.order where result.linears[site] != nil { addBias(site, to: &result) }
    }
  }

  /// The maps of a module share the first matrix, as if they were one.
  private func addLowRank(_ settings: LoRASettings, _ module: AdapterBase.Module, to result: inout ModelAdapter) {
    let first = module.sites[0]
    let rank = settings.rank(of: module.name)
    let scale = settings.scale(of: module.name, rank: rank)
    let started = start(module, rank: rank, scale: scale)
    let down = parameter(started.down, "\(first.name).lora_A", &result)
    let dropout = { (site: AdapterSite) in
      settings.dropout > 0 ? DropoutRate(rate: settings.dropout, place: site.name) : nil
    }
    for (site, up) in zip(module.sites, started.ups) {
      let change = LowRank(
        down: .dense(down), up: .dense(parameter(up, "\(site.name).lora_B", &result)), scale: scale,
        dropout: dropout(site))
      var deltas: [LinearDelta]
      switch settings.form {
      case .sum: deltas = [.lowRank(change)]
      case .decomposed:
        let magnitude = parameter(
          DecomposedLowRank.rowLengths(site.weight, on: cpu), "\(site.name).lora_magnitude", &result)
        deltas = [
          .decomposed(
            DecomposedLowRank(change, magnitude: magnitude, base: site.weight, use: .training, on: cpu))
        ]
      }
      if started.isTakenAway {
        deltas.append(.lowRank(LowRank(down: .dense(started.down), up: .dense(up), scale: -scale)))
      }
      result.linears[site.name, default: []] += deltas
    }
  }

  /// Where the matrices of a module begin.
  private struct Start {
    let down: Tensor
    let ups: [Tensor]
    /// Whether what they are at first is taken away from the base.
    let isTakenAway: Bool
  }

  private func start(_ module: AdapterBase.Module, rank: Int, scale: Float) -> Start {
    let first = module.sites[0]
    let ups = module.sites.map { zeros([$0.outputs, rank]) }
    let name = "\(first.name).lora_A"
    switch loraStart {
    case .uniform:
      let bound = 1 / Float(first.inputs).squareRoot()
      return Start(down: uniform([rank, first.inputs], name, bound: bound), ups: ups, isTakenAway: false)
    case .gaussian:
      return Start(
        down: normal([rank, first.inputs], name, deviation: 1 / Float(rank)), ups: ups, isTakenAway: false)
    case .principal(let iterations):
      let rows = cpu.joinRows(module.sites.map { cpu.gatherRows(Array(0..<$0.outputs), of: $0.weight) })
      let parts = SingularValues.largest(
        rank, of: rows, iterations: iterations, stream: stream("\(name) singular values"), on: cpu)
      let roots = parts.values.map { ($0 / scale).squareRoot() }
      let down = cpu.scaleColumns(parts.right.transposed([1, 0]).contiguous(), by: Tensor(roots, shape: [rank]))
        .transposed([1, 0]).contiguous()  // [rank, inputs]
      let up = cpu.scaleColumns(parts.left, by: Tensor(roots, shape: [rank]))  // [outputs, rank]
      var start = 0
      let cut = module.sites.map { site in
        defer { start += site.outputs }
        return up.slice(start..<start + site.outputs)
      }
      return Start(down: down, ups: cut, isTakenAway: true)
    }
  }

  /// The first matrix is zero here, the second normal (PEFT).
  private func addTable(
    _ settings: LoRASettings, _ module: AdapterBase.Module, to result: inout ModelAdapter
  ) throws(AdapterError) {
    guard case .sum = settings.form else {
      throw AdapterError(
        .unsupported, context: "target \"\(module.end)\"", expected: "a linear map", found: "an embedding with DoRA")
    }
    let (site, rank) = (module.sites[0], settings.rank(of: module.name))
    let table = parameter(zeros([site.outputs, rank]), "\(site.name).lora_A", &result)
    let up = parameter(normal([site.inputs, rank], "\(site.name).lora_B"), "\(site.name).lora_B", &result)
    result.tables[site.name] = .lowRank(
      table: .dense(table), up: .dense(up), scale: settings.scale(of: module.name, rank: rank))
  }

  /// Whether a map is trained whole, and its bias with it.
  private func isWhole(_ site: String, _ whole: [String]) -> Bool {
    base.moduleName(ofSite: site).map { WholeModules(names: whole).contain($0) } ?? false
  }

  private func addBias(_ name: String, to result: inout ModelAdapter) {
    guard let bias = base.sites[name]?.bias else { return }
    result.linears[name, default: []].append(.bias(parameter(bias, "\(name).bias", &result)))
  }
}
