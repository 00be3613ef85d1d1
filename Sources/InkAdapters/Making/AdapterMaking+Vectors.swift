import InkNN
import InkTensor

/// Changes with vectors between or behind their matrices.
extension AdapterMaking {
  /// VeRA (Kopiczko et al., 2024): random matrices as wide as the widest module, of which every module reads the first
  /// columns and rows; what is trained are the vectors.
  func addVectorsBetween(
    _ settings: VeRASettings, apartFrom whole: [String], to result: inout ModelAdapter
  ) throws(AdapterError) {
    guard settings.rank > 0, settings.initial.isFinite else {
      throw AdapterError(
        .invalidConfiguration, context: "r and d_initial", expected: "a rank of at least 1 and a finite number",
        found: "\(settings.rank) and \(settings.initial)")
    }
    let modules = try modules(settings.targets, apartFrom: whole)
    try requireLinear(modules, "VeRA")
    let rank = settings.rank
    let (inputs, outputs) = (
      modules.map { $0.sites[0].inputs }.max() ?? 0,
      modules.map { $0.sites.reduce(0) { $0 + $1.outputs } }.max() ?? 0
    )
    // Uniform with a variance of two over the width that each row reads (He et al., 2015).
    let down = uniform([rank, inputs], "vera_A \(settings.seed)", bound: (6 / Float(inputs)).squareRoot())
    let up = uniform([outputs, rank], "vera_B \(settings.seed)", bound: (6 / Float(rank)).squareRoot())
    var cuts: [Int: Tensor] = [inputs: down]
    for module in modules {
      let first = module.sites[0]
      let narrow =
        cuts[first.inputs] ?? down.transposed([1, 0]).slice(0..<first.inputs).transposed([1, 0]).contiguous()
      cuts[first.inputs] = narrow
      let own = up.slice(0..<module.sites.reduce(0) { $0 + $1.outputs })
      let rows = try base.rowsOfSites([(module, own)], "VeRA")
      let between = Tensor([Float](repeating: settings.initial, count: rank), shape: [rank])
      let inner = parameter(between, "\(first.name).vera_d", &result)
      for site in module.sites {
        guard let wide = rows[site.name] else { continue }
        // Where the model has the rows as they are drawn, all modules share them.
        let isShared = module.sites.count == 1 && wide.toArray() == own.toArray()
        result.linears[site.name, default: []].append(
          .lowRank(
            LowRank(
              down: .dense(narrow), up: .dense(isShared ? own : wide), scale: 1, inner: inner,
              outer: parameter(zeros([site.outputs]), "\(site.name).vera_b", &result))))
      }
    }
  }

  /// AdaLoRA (Zhang et al., 2023): values of zero between two normal matrices, as PEFT begins.
  func addSingular(
    _ settings: LoRASettings, _ budget: RankBudget, apartFrom whole: [String], to result: inout ModelAdapter
  ) throws(AdapterError) {
    if let fault = budget.fault(initialRank: settings.rank) {
      throw AdapterError(
        .invalidConfiguration, context: "AdaLoRA",
        expected: "a target of at most the first rank, and fewer steps before and behind than the run has",
        found: fault)
    }
    guard settings.form == .sum, settings.biases == .none, settings.dropout >= 0, settings.dropout < 1 else {
      throw AdapterError(
        .unsupported, context: "AdaLoRA", expected: "neither DoRA nor biases, and a dropout from 0 to less than 1")
    }
    let modules = try modules(settings.targets, apartFrom: whole)
    try requireLinear(modules, "AdaLoRA")
    let rank = settings.rank
    for module in modules {
      let first = module.sites[0]
      let (name, values) = ("\(first.name).lora_A", "\(first.name).lora_E")
      let down = parameter(normal([rank, first.inputs], name, deviation: 0.02), name, &result)
      let inner = parameter(zeros([rank]), values, &result)
      var ups: [Tensor] = []
      for site in module.sites {
        let name = "\(site.name).lora_B"
        let up = parameter(normal([site.outputs, rank], name, deviation: 0.02), name, &result)
        ups.append(up)
        result.linears[site.name, default: []].append(
          .lowRank(
            LowRank(
              down: .dense(down), up: .dense(up), scale: settings.singularScale, inner: inner,
              dropout: settings.dropout > 0 ? DropoutRate(rate: settings.dropout, place: site.name) : nil)))
      }
      result.singularParts.append(SingularParts(name: first.name, down: down, values: inner, ups: ups))
    }
  }

  private func requireLinear(_ modules: [AdapterBase.Module], _ method: String) throws(AdapterError) {
    guard let table = modules.first(where: { $0.sites.contains { $0.kind == .table } }) else { return }
    throw AdapterError(
      .unsupported, context: "target \"\(table.end)\"", expected: "a linear map", found: "an embedding with \(method)")
  }
}
