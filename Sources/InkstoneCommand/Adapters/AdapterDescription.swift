package import InkAdapters
import InkChat
import InkFormats
import InkTensor

/// What is to be said of an adapter.
package struct AdapterDescription: Sendable {
  /// A line: what it is about, and what it says.
  private struct Fact {
    let name: String
    let key: String
    let text: String
    let value: Report

    init(_ name: String, _ key: String, _ text: String, _ value: Report) {
      (self.name, self.key, self.text, self.value) = (name, key, text, value)
    }
  }

  private let adapter: StoredAdapter

  /// Looks at configuration and names only.
  package init(_ adapter: StoredAdapter) { self.adapter = adapter }

  /// The JSON object.
  package var json: Report { .object(facts.map { JSONMember($0.key, $0.value) }) }

  /// The lines for a person.
  package var lines: [String] {
    TextTable.lines(facts.map { [$0.name, $0.text] }, alignments: [.left, .left])
  }

  private var facts: [Fact] {
    let configuration = adapter.configuration
    var facts = [
      Fact("adapter", "path", adapter.path, .string(adapter.path)),
      Fact("method", "method", configuration.method.title, .string(configuration.method.title)),
      Fact("base", "base", configuration.base ?? "not noted", .text(configuration.base)),
      Fact("fingerprint", "fingerprint", adapter.fingerprint ?? "not noted", .text(adapter.fingerprint)),
    ]
    facts += settings(configuration.method)
    if !configuration.savedModules.isEmpty {
      facts.append(AdapterDescription.list("stored whole", "modules_to_save", configuration.savedModules))
    }
    let tensors = adapter.tensors.tensorNames.compactMap { adapter.tensors.info($0) }
    let numbers = tensors.reduce(0) { $0 + $1.shape.elementCount }
    let bytes = tensors.reduce(0) { $0 + $1.byteCount }
    facts.append(Fact("tensors", "tensors", "\(tensors.count)", .whole(tensors.count)))
    facts.append(Fact("parameters", "parameters", Amount.count(numbers), .whole(numbers)))
    facts.append(Fact("size", "bytes", Amount.bytes(UInt64(bytes)), .whole(bytes)))
    return facts
  }

  private func settings(_ method: AdapterMethod) -> [Fact] {
    switch method {
    case .lora(let settings), .adaLoRA(let settings, _):
      let scale =
        switch settings.scaling {
        case .byRank: "alpha / rank"
        case .byRootOfRank: "alpha / √rank"
        }
      let form =
        switch settings.form {
        case .sum: "sum"
        case .decomposed: "directions and lengths (DoRA)"
        }
      return [
        Fact("rank", "rank", "\(settings.rank)", .whole(settings.rank)),
        Fact("alpha", "alpha", "\(settings.alpha)", .single(settings.alpha)),
        Fact("scale", "scale", scale, .string(scale)), Fact("form", "form", form, .string(form)),
        AdapterDescription.list("modules", "target_modules", settings.targets),
      ]
    case .vera(let settings):
      return [
        Fact("rank", "rank", "\(settings.rank)", .whole(settings.rank)),
        AdapterDescription.list("modules", "target_modules", settings.targets),
      ]
    case .ia3(let settings): return [AdapterDescription.list("modules", "target_modules", settings.targets)]
    case .promptTuning(let settings), .pTuning(let settings, _), .prefixTuning(let settings, _):
      return [Fact("virtual tokens", "virtual_tokens", "\(settings.count)", .whole(settings.count))]
    case .attentionPrompts(let settings):
      return [
        Fact("rows", "rows", "\(settings.count)", .whole(settings.count)),
        Fact("layers", "layers", "the last \(settings.layers)", .whole(settings.layers)),
      ]
    case .bottleneck(let settings):
      return [Fact("inner width", "width", "\(settings.width)", .whole(settings.width))]
    }
  }

  private static func list(_ name: String, _ key: String, _ names: [String]) -> Fact {
    let shown = names.prefix(8).joined(separator: ", ")
    let text = names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
    return Fact(name, key, text, .array(names.map { .string($0) }))
  }
}
