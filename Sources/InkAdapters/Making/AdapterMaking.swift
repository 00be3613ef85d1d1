import InkFormats
package import InkNN
package import InkTensor

/// Makes adapters that are about to be trained: at first they change nothing, or what their method says.
package struct AdapterMaking {
  /// How the matrices of LoRA begin.
  package enum LoRAStart: Sendable, Hashable {
    /// The first uniform within `1 / √inputs`, the second zero (PEFT).
    case uniform
    /// The first normal with a deviation of `1 / rank`, the second zero (Hu et al., 2021).
    case gaussian
    /// The largest singular values and vectors of the weights, which are taken away from the base (Meng et al., 2024,
    /// "PiSSA"). The base stays as it is: what is taken away is a second change that is not trained.
    case principal(iterations: Int)
  }

  /// How the rows of a prompt begin.
  package enum PromptStart: Sendable, Hashable {
    /// Normal.
    case random
    /// The embeddings of these tokens, over and over.
    case tokens([Int32])
  }

  let base: AdapterBase
  let seed: UInt64
  let cpu: CPU
  package var loraStart = LoRAStart.uniform
  package var promptStart = PromptStart.random

  package init(for base: AdapterBase, seed: UInt64, on cpu: CPU) {
    self.base = base
    self.seed = seed
    self.cpu = cpu
  }

  /// A new adapter.
  ///
  /// - Throws: `unusedTensor` when no module has such a name, `invalidConfiguration`, `unsupported`.
  package func make(
    _ configuration: AdapterConfiguration, named name: AdapterName
  ) throws(AdapterError) -> ModelAdapter {
    var result = ModelAdapter(name: name)
    switch configuration.method {
    case .lora(let settings): try addLowRank(settings, apartFrom: configuration.savedModules, to: &result)
    case .ia3(let settings): try addFactors(settings, apartFrom: configuration.savedModules, to: &result)
    case .promptTuning(let settings): try addPrompt(settings, to: &result)
    case .pTuning(let settings, let encoder): try addPrompt(settings, encoder, to: &result)
    case .prefixTuning(let settings, let projection): try addPrefix(settings, projection, to: &result)
    case .attentionPrompts(let settings): try addAttentionPrompts(settings, to: &result)
    case .bottleneck(let settings): try addBottlenecks(settings, to: &result)
    case .adaLoRA(let settings, let budget):
      try addSingular(settings, budget, apartFrom: configuration.savedModules, to: &result)
    case .vera(let settings): try addVectorsBetween(settings, apartFrom: configuration.savedModules, to: &result)
    }
    try addSavedModules(configuration.savedModules, to: &result)
    return result
  }

  // MARK: Parts

  func stream(_ name: String) -> RandomStream { RandomStream(seed: seed, name: "adapter \(name)") }

  func normal(_ shape: Shape, _ name: String, deviation: Float = 1) -> Tensor {
    let stream = stream(name)
    return Tensor(
      (0..<shape.elementCount).map { deviation * Float(stream.normal(at: UInt64($0))) }, shape: shape)
  }

  /// Uniform within plus and minus `bound`.
  func uniform(_ shape: Shape, _ name: String, bound: Float) -> Tensor {
    let stream = stream(name)
    return Tensor(
      (0..<shape.elementCount).map { bound * Float(2 * stream.uniform(at: UInt64($0)) - 1) }, shape: shape)
  }

  func zeros(_ shape: Shape) -> Tensor { Tensor([Float](repeating: 0, count: shape.elementCount), shape: shape) }

  func parameter(_ tensor: Tensor, _ name: String, _ result: inout ModelAdapter) -> Tensor {
    let own = cpu.copied(tensor).asParameter()
    result.parameters.append(Parameter(name: name, value: own))
    return own
  }

  /// The modules that targets name, in the order of the model.
  ///
  /// - Parameter whole: modules that are trained whole, which all linear maps do not mean.
  func modules(_ targets: [String], apartFrom whole: [String] = []) throws(AdapterError) -> [AdapterBase.Module] {
    var found: [AdapterBase.Module] = []
    var names: Set<String> = []
    for site in base.order {
      guard let module = base.module(ofSite: site), AdapterMaking.isTarget(module, targets, apartFrom: whole),
        names.insert(module.name).inserted
      else { continue }
      found.append(module)
    }
    for target in targets where target != AdapterMaking.allLinear {
      guard found.contains(where: { AdapterMaking.isTarget($0, [target], apartFrom: whole) }) else {
        throw unknown(target)
      }
    }
    guard !found.isEmpty else {
      throw AdapterError(.invalidConfiguration, context: "targets", expected: "the names of modules", found: "none")
    }
    return found
  }

  /// The modules that are trained whole, in the order of the model.
  private func wholeModules(_ names: [String]) throws(AdapterError) -> [AdapterBase.Module] {
    guard !names.isEmpty else { return [] }
    var found: [AdapterBase.Module] = []
    var seen: Set<String> = []
    for site in base.order {
      guard let module = base.module(ofSite: site), WholeModules(names: names).contain(module.name),
        seen.insert(module.name).inserted
      else { continue }
      found.append(module)
    }
    for name in names where !found.contains(where: { WholeModules(names: [name]).contain($0.name) }) {
      throw unknown(name)
    }
    return found
  }

  private func unknown(_ name: String) -> AdapterError {
    let ends = Set(base.order.compactMap { base.module(ofSite: $0)?.end }).sorted()
    return AdapterError(
      .unusedTensor, context: "target \"\(name)\"", expected: ends.joined(separator: ", "), found: "no such module")
  }

  static let allLinear = "all-linear"

  /// How the names of maps to what a model gives in the end begin, which all linear maps do not mean.
  private static let outputs = ["head", "classifier."]

  private static func isTarget(
    _ module: AdapterBase.Module, _ targets: [String], apartFrom whole: [String]
  ) -> Bool {
    targets.contains { target in
      if target == allLinear {
        return !WholeModules(names: whole).contain(module.name)
          && module.sites.allSatisfy { site in
            site.kind == .linear && !AdapterMaking.outputs.contains { site.name.hasPrefix($0) }
          }
      }
      return module.name == target || module.name.hasSuffix(".\(target)")
    }
  }

  private func addSavedModules(_ targets: [String], to result: inout ModelAdapter) throws(AdapterError) {
    for module in try wholeModules(targets) {
      for site in module.sites {
        let rows = cpu.gatherRows(Array(0..<site.outputs), of: site.weight)
        let weight = Weight.dense(parameter(rows, "\(site.name).weight", &result))
        switch site.kind {
        case .table: result.tables[site.name] = .replaced(weight)
        case .linear:
          let bias = site.bias.map { parameter($0, "\(site.name).bias", &result) }
          result.linears[site.name] = [.replaced(weight: weight, bias: bias)]
        }
      }
    }
  }
}

extension AdapterBase.Module {
  /// The last part of the name.
  var end: String { name.split(separator: ".").last.map { String($0) } ?? name }
}

extension AdapterMethod {
  /// What it is called in messages.
  package var title: String {
    switch self {
    case .lora(let settings): settings.form == .decomposed ? "DoRA" : "LoRA"
    case .adaLoRA: "AdaLoRA"
    case .vera: "VeRA"
    case .ia3: "IA3"
    case .promptTuning: "prompt tuning"
    case .pTuning: "P-tuning"
    case .prefixTuning: "prefix tuning"
    case .attentionPrompts: "LLaMA-Adapter"
    case .bottleneck: "bottleneck adapters"
    }
  }
}
